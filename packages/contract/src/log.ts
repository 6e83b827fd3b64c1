import * as z from 'zod';
import { timestampSchema } from './primitives.js';

/** Levels of a log line, from the least to the most serious. */
export const logLevelSchema = z
  .enum(['debug', 'info', 'warn', 'error'])
  .meta({ description: 'Level of a line, from the least to the most serious.' });
export type LogLevel = z.infer<typeof logLevelSchema>;

/** One line of an instance's log. */
export const logEntrySchema = z.object({
  seq: z.int().meta({ description: 'Rises by one with each line of this instance.' }),
  timestamp: timestampSchema.meta({
    description: 'When it was written, as far as the line tells it, else when it was read.',
  }),
  level: logLevelSchema,
  message: z.string().meta({
    description: 'What it says, without terminal sequences and control characters.',
    examples: ['main: model loaded'],
  }),
});
export type LogEntry = z.infer<typeof logEntrySchema>;

/** Which lines to read. */
export const logQuerySchema = z.strictObject({
  lines: z.int().min(1).max(10_000).optional().meta({
    description: 'Number of lines to return, the newest ones. Default: 100.',
  }),
  follow: z.boolean().optional().meta({
    description:
      'Stream lines as they come: server-sent events for Accept: text/event-stream, else one JSON object per line. Default: false.',
  }),
  level: logLevelSchema.optional().meta({ description: 'The least serious level to return.' }),
});
export type LogQuery = z.infer<typeof logQuerySchema>;

export const logsSchema = z.object({
  logs: z.array(logEntrySchema).meta({ description: 'Lines of the log, oldest first.' }),
});
export type Logs = z.infer<typeof logsSchema>;
