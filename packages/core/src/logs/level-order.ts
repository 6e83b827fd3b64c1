import { type LogLevel, logLevelSchema } from '@llamactl/contract';

const rankByLevel = Object.fromEntries(
  logLevelSchema.options.map((level, rank) => [level, rank]),
) as Record<LogLevel, number>;

/** Rank of the most serious level; higher ranks are more serious. */
export const highestRank = logLevelSchema.options.length - 1;

export function rankOf(level: LogLevel): number {
  return rankByLevel[level];
}
