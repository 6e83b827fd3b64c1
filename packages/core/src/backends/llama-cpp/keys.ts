import type { FlagTable } from './flag-table.js';

/** The variable that tells the server its keys. */
export const keyVariable = 'LLAMA_API_KEY';

/**
 * The keys that a server will take, the best one to use first: that of the run, and those that its environment
 * has from the definition or the configuration. A build that takes no list gets one of the latter, if there are
 * any. Empty when it asks for nothing.
 */
export function keysOf(
  { [keyVariable]: named = '' }: Readonly<Record<string, string | undefined>>,
  runKey: string | undefined,
  table: FlagTable,
): string[] {
  const flag = table.find('--api-key');
  if (flag === undefined) return [];
  const takesList = /comma-separated/.test(flag.description);
  const keys = takesList ? [runKey, ...named.split(',')] : [named, runKey];
  const given = keys.flatMap((key) => (key ? [key] : []));
  return takesList ? given : given.slice(0, 1);
}
