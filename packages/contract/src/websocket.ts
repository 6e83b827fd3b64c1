import * as z from 'zod/mini';
import { instanceDetailsSchema, instanceSchema, instanceStatusSchema } from './instance.js';
import { instanceNameSchema, timestampSchema } from './primitives.js';
import { systemStatusSchema, versionSchema } from './system.js';

/** Something that people should look at; raised once and cleared once. */
export const alertSchema = z.object({
  id: z.string().check(
    z.meta({
      description: 'The same when it is raised and when it is cleared.',
      examples: ['instance_failed:llama2-7b'],
    }),
  ),
  kind: z.enum(['instance_failed', 'crash_loop', 'instance_unhealthy', 'memory', 'disk']).check(
    z.meta({
      description:
        'instance_failed: an instance is failed and not started again by itself. crash_loop: it failed too often in a row. instance_unhealthy: a running instance gives no answer, or does not get on with its work. memory, disk: the machine has little of it left.',
    }),
  ),
  state: z
    .enum(['raised', 'cleared'])
    .check(z.meta({ description: 'Whether it holds, or is over.' })),
  severity: z.enum(['warning', 'error']).check(z.meta({ description: 'How serious it is.' })),
  message: z.string().check(
    z.meta({
      description: 'What happened, or what is well again, in a sentence.',
      examples: ['"llama2-7b" failed: The model file is damaged.'],
    }),
  ),
  instance: z
    .nullable(instanceNameSchema)
    .check(
      z.meta({ description: 'The instance that it is about; null when it is about the machine.' }),
    ),
  raised_at: timestampSchema.check(z.meta({ description: 'When it was raised.' })),
});
export type Alert = z.infer<typeof alertSchema>;

const envelope = {
  epoch: z.string().check(
    z.meta({
      description: 'Names this run of the server; sequence numbers belong to it.',
      examples: ['b7Kq2Zr0'],
    }),
  ),
  seq: z
    .int()
    .check(
      z.minimum(0),
      z.meta({ description: 'Rises by one with each event of the epoch.', examples: [17] }),
    ),
  timestamp: timestampSchema.check(z.meta({ description: 'When it happened.' })),
};

function message<const T extends string, D extends z.ZodMiniType>(
  type: T,
  description: string,
  data: D,
) {
  const name = z.literal(type).check(z.meta({ description: 'What the message is about.' }));
  return z.object({ type: name, ...envelope, data }).check(z.meta({ description }));
}

/** The data of a message that is about one thing: its fields. */
function about<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.object(shape).check(z.meta({ description: 'The whole new state of what it is about.' }));
}

/**
 * Every message that the server sends on /api/ws, by its type. Each carries the whole new state, so one
 * that is missed is made up for by the next. Clients ignore types that they do not know.
 */
export const serverMessages = {
  instance_status_changed: message(
    'instance_status_changed',
    'An instance was created or changed its state.',
    about({
      instance: instanceSchema,
      previous_status: z
        .nullable(instanceStatusSchema)
        .check(
          z.meta({ description: 'State until now; null for an instance that was just created.' }),
        ),
    }),
  ),
  instance_stats_updated: message(
    'instance_stats_updated',
    'There are new figures of a running instance.',
    about({ instance: instanceDetailsSchema }),
  ),
  instance_updated: message(
    'instance_updated',
    'The definition of an instance was changed.',
    about({ instance: instanceSchema }),
  ),
  instance_deleted: message(
    'instance_deleted',
    'An instance was deleted.',
    about({ name: instanceNameSchema }),
  ),
  system_alert: message(
    'system_alert',
    'Something that people should look at was raised, or is over.',
    alertSchema,
  ),
  config_changed: message(
    'config_changed',
    'The configuration file was changed.',
    about({
      changed: z.array(z.string()).check(
        z.meta({
          description: 'Paths of the settings, as in logs.max_files.',
          examples: [['logs.max_files']],
        }),
      ),
      restart_required: z.boolean().check(
        z.meta({
          description: 'Whether the server runs with other settings until it is restarted.',
        }),
      ),
    }),
  ),
  hello: message(
    'hello',
    'The first message of a connection. It comes again, at most with each ping (every 15 s), when the number has moved on by events that types leaves out: all that was asked for up to that number has been sent.',
    about({ version: versionSchema }),
  ),
  snapshot: message(
    'snapshot',
    'The whole state, for a socket that begins anew.',
    about({
      instances: z
        .array(instanceDetailsSchema)
        .check(z.meta({ description: 'All instances, in the order of their names.' })),
      system: systemStatusSchema,
      alerts: z
        .array(alertSchema)
        .check(z.meta({ description: 'The alerts that hold, oldest first.' })),
    }),
  ),
  gap: message(
    'gap',
    'What was missed is not known any more; a snapshot follows.',
    about({
      reason: z.string().check(
        z.meta({
          description: 'Why, in a sentence.',
          examples: ['The server was started anew since then.'],
        }),
      ),
    }),
  ),
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
  since: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}:\d{1,15}$/))).check(
    z.meta({
      description: 'epoch:seq of the last message seen; what came after it is replayed.',
    }),
  ),
  types: z
    .optional(z.string().check(z.maxLength(512)))
    .check(z.meta({ description: 'Comma-separated event types to send. Default: all.' })),
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
