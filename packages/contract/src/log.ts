import * as z from 'zod/mini';
import { timestampSchema } from './primitives.js';

/** Levels of a log line, from the least to the most serious. */
export const logLevelSchema = z
  .enum(['debug', 'info', 'warn', 'error'])
  .check(z.meta({ description: 'Level of a line, from the least to the most serious.' }));
export type LogLevel = z.infer<typeof logLevelSchema>;

/** One line of an instance's log. */
export const logEntrySchema = z.object({
  seq: z.int().check(z.meta({ description: 'Rises by one with each line of this instance.' })),
  timestamp: timestampSchema.check(
    z.meta({
      description: 'When it was written, as far as the line tells it, else when it was read.',
    }),
  ),
  level: logLevelSchema,
  message: z.string().check(
    z.meta({
      description: 'What it says, without terminal sequences and control characters.',
      examples: ['main: model loaded'],
    }),
  ),
});
export type LogEntry = z.infer<typeof logEntrySchema>;

/** Which lines to read. */
export const logQuerySchema = z.strictObject({
  lines: z.optional(z.int().check(z.minimum(1), z.maximum(10_000))).check(
    z.meta({
      description: 'Number of lines to return, the newest ones. Default: 100.',
    }),
  ),
  follow: z.optional(z.boolean()).check(
    z.meta({
      description:
        'Stream lines as they come: server-sent events for Accept: text/event-stream, else one JSON object per line. Default: false.',
    }),
  ),
  level: z
    .optional(logLevelSchema)
    .check(z.meta({ description: 'The least serious level to return.' })),
});
export type LogQuery = z.infer<typeof logQuerySchema>;

export const logsSchema = z.object({
  logs: z.array(logEntrySchema).check(z.meta({ description: 'Lines of the log, oldest first.' })),
});
export type Logs = z.infer<typeof logsSchema>;
