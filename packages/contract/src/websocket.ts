import * as z from 'zod';
import { instanceDetailsSchema, instanceSchema, instanceStatusSchema } from './instance.js';
import { instanceNameSchema, timestampSchema } from './primitives.js';
import { systemStatusSchema } from './system.js';

/** Something that people should look at; raised once and cleared once. */
export const alertSchema = z.object({
  id: z.string().meta({ description: 'The same when it is raised and when it is cleared.' }),
  kind: z.enum(['instance_failed', 'crash_loop', 'memory', 'disk']),
  state: z.enum(['raised', 'cleared']),
  severity: z.enum(['warning', 'error']),
  message: z.string(),
  instance: instanceNameSchema
    .nullable()
    .meta({ description: 'Null when it is about the machine.' }),
  raised_at: timestampSchema,
});
export type Alert = z.infer<typeof alertSchema>;

const envelope = {
  epoch: z
    .string()
    .meta({ description: 'Names this run of the server; sequence numbers belong to it.' }),
  seq: z.int().min(0).meta({ description: 'Rises by one with each event of the epoch.' }),
  timestamp: timestampSchema,
};

function message<const T extends string, D extends z.ZodType>(type: T, data: D) {
  return z.object({ type: z.literal(type), ...envelope, data });
}

/**
 * Every message that the server sends on /api/ws, by its type. Each carries the whole new state, so one
 * that is missed is made up for by the next. Clients ignore types that they do not know.
 */
export const serverMessages = {
  instance_status_changed: message(
    'instance_status_changed',
    z.object({ instance: instanceSchema, previous_status: instanceStatusSchema.nullable() }),
  ),
  instance_stats_updated: message(
    'instance_stats_updated',
    z.object({ instance: instanceDetailsSchema }),
  ),
  instance_updated: message('instance_updated', z.object({ instance: instanceSchema })),
  instance_deleted: message('instance_deleted', z.object({ name: instanceNameSchema })),
  system_alert: message('system_alert', alertSchema),
  config_changed: message(
    'config_changed',
    z.object({
      changed: z
        .array(z.string())
        .meta({ description: 'Paths of the settings, as in logs.max_files.' }),
      restart_required: z.boolean().meta({
        description: 'Whether the server runs with other settings until it is restarted.',
      }),
    }),
  ),
  hello: message('hello', z.object({ version: z.string() })).meta({
    description:
      'The first message of a connection. It comes again, at most with each ping (every 15 s), when the number has moved on by events that types leaves out: all that was asked for up to that number has been sent.',
  }),
  snapshot: message(
    'snapshot',
    z.object({
      instances: z.array(instanceDetailsSchema),
      system: systemStatusSchema,
      alerts: z.array(alertSchema),
    }),
  ),
  gap: message('gap', z.object({ reason: z.string() })),
} as const;

export type ServerMessageType = keyof typeof serverMessages;

/** A message of the server, by its type. */
export type ServerMessageOf<T extends ServerMessageType> = z.infer<(typeof serverMessages)[T]>;

/** Any message of the server. */
export type ServerMessage = { [T in ServerMessageType]: ServerMessageOf<T> }[ServerMessageType];

/**
 * Types that `?types=` can ask for; control messages always come.
 *
 * @example
 * ```ts
 * import { eventTypes } from '@llamactl/client';
 *
 * const types = eventTypes.filter((type) => type !== 'instance_stats_updated');
 * for await (const { type } of client.events({ types })) console.log(type);
 * ```
 */
export const eventTypes = [
  'instance_status_changed',
  'instance_stats_updated',
  'instance_updated',
  'instance_deleted',
  'system_alert',
  'config_changed',
] as const satisfies readonly ServerMessageType[];
export type EventType = (typeof eventTypes)[number];

/** What the socket's query may say. */
export const webSocketQuerySchema = z.strictObject({
  since: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}:\d{1,15}$/)
    .optional()
    .meta({ description: 'epoch:seq of the last message seen; what came after it is replayed.' }),
  types: z
    .string()
    .max(512)
    .optional()
    .meta({ description: 'Comma-separated event types to send. Default: all.' }),
});
export type WebSocketQuery = z.infer<typeof webSocketQuerySchema>;

/** Why the server closes a socket, by close code. */
export const closeCodes = {
  1001: 'The server is stopping; connect again later.',
  1003: 'Binary messages are not understood.',
  1007: 'The text was not valid UTF-8.',
  1008: 'The message was not understood; clients need not send anything.',
  1009: 'The message was larger than 64 KiB.',
  4401: 'The credential is not good any more; connect again with a fresh one.',
  4408: 'The reader was too slow for events that may not be dropped; connect again with since.',
} as const;
