import * as z from 'zod/mini';
import { gatewayDefinition, gatewayInput } from './gateway-fields.js';
import { optionValueSchema, settable } from './instance-fields.js';
import { instanceNameSchema, portSchema, textSchema, timestampSchema } from './primitives.js';

/** The states of an instance. `running` means that it answers; `stopped` that its processes are gone. */
export const instanceStatusSchema = z
  .enum(['stopped', 'starting', 'running', 'stopping', 'failed'])
  .check(z.meta({ description: 'State of the instance.' }));
export type InstanceStatus = z.infer<typeof instanceStatusSchema>;

/** Why an instance is `failed`. */
export const failureSchema = z
  .enum([
    'model_missing',
    'model_corrupt',
    'unsupported_model',
    'port_in_use',
    'bad_option',
    'out_of_memory',
    'gpu_out_of_memory',
    'backend_not_found',
    'startup_timeout',
    'crashed',
    'crash_loop',
  ])
  .check(z.meta({ description: 'Why the instance is failed.' }));
export type Failure = z.infer<typeof failureSchema>;

/** What is stored of an instance. */
export const instanceDefinitionSchema = z.object({
  name: instanceNameSchema,
  ...settable,
  ...gatewayDefinition,
  port: portSchema.check(
    z.meta({
      description: 'TCP port that it listens on. A changed one counts from the next start.',
    }),
  ),
  auto_port: z._default(z.boolean(), false).check(
    z.meta({
      description:
        'Whether the port was chosen by the server, which chooses another when that one is taken at a start.',
    }),
  ),
  // What was stored by an earlier release has neither.
  autostart: z._default(settable.autostart, false),
  restart_policy: z._default(settable.restart_policy, 'on_failure'),
  created_at: timestampSchema.check(z.meta({ description: 'When it was defined.' })),
  updated_at: timestampSchema.check(
    z.meta({ description: 'When its definition was changed last.' }),
  ),
});
export type InstanceDefinition = z.infer<typeof instanceDefinitionSchema>;

/** How the last run of an instance ended. */
export const lastExitSchema = z.object({
  code: z
    .nullable(z.int())
    .check(z.meta({ description: 'Exit code; null when a signal ended it or when unknown.' })),
  signal: z
    .nullable(z.string())
    .check(z.meta({ description: 'Signal that ended it, as in SIGKILL.' })),
  reason: z.string().check(z.meta({ description: 'What happened, in a sentence.' })),
  at: timestampSchema.check(z.meta({ description: 'When it ended.' })),
  log_tail: z
    .array(z.string())
    .check(z.meta({ description: 'The last lines of its log, oldest first.' })),
});
export type LastExit = z.infer<typeof lastExitSchema>;

/** An instance as lists show it: everything but `stats`. */
export const instanceSchema = z.extend(instanceDefinitionSchema, {
  status: instanceStatusSchema,
  pid: z
    .nullable(z.int())
    .check(z.meta({ description: 'Process id of the backend; null when there is none.' })),
  held: z.boolean().check(
    z.meta({
      description:
        'Whether requests to the gateway do not start it, because it was stopped on purpose; until it is started.',
    }),
  ),
  failure: z
    .nullable(failureSchema)
    .check(z.meta({ description: 'Why it is failed; null in every other state.' })),
  last_exit: z
    .nullable(lastExitSchema)
    .check(z.meta({ description: 'How its last run ended; null before the first has.' })),
  restarts: z.int().check(
    z.minimum(0),
    z.meta({
      description: 'How often it was started again by itself since it was last asked to start.',
    }),
  ),
  next_restart_at: z.nullable(timestampSchema).check(
    z.meta({
      description:
        'When it will be started again by itself; null when it will not. Stop calls it off, start goes at once.',
    }),
  ),
});
export type Instance = z.infer<typeof instanceSchema>;

/** Figures of a running instance, its whole process tree included. */
export const instanceStatsSchema = z.object({
  memory_usage: z.nullable(z.int()).check(
    z.meta({
      description: 'Resident memory of the process tree.',
      'x-unit': 'bytes',
      'x-source': '/proc/PID/stat field 24 (rss), times the page size',
    }),
  ),
  cpu_usage: z.nullable(z.number()).check(
    z.meta({
      description: 'Processor time over the last interval; 100 is one core in full.',
      'x-unit': 'percent of one core',
      'x-source': '/proc/PID/stat fields 14 and 15 (utime, stime)',
    }),
  ),
  uptime: z.int().check(
    z.meta({
      description: 'Time since the process was started.',
      'x-unit': 'seconds',
      'x-source': 'the time when its process was started',
    }),
  ),
});
export type InstanceStats = z.infer<typeof instanceStatsSchema>;

/** An instance with its figures. */
export const instanceDetailsSchema = z.extend(instanceSchema, {
  stats: z
    .nullable(instanceStatsSchema)
    .check(z.meta({ description: 'Figures of its process tree; null when it is not running.' })),
});
export type InstanceDetails = z.infer<typeof instanceDetailsSchema>;

/** What `create` takes. Fields left out get their defaults; `port` is allocated. */
export const createInstanceSchema = z.strictObject({
  name: instanceNameSchema,
  model_path: settable.model_path,
  backend: z.optional(settable.backend),
  port: z.optional(settable.port),
  options: z.optional(settable.options),
  env: z.optional(settable.env),
  command: z.optional(settable.command),
  extra_args: z.optional(settable.extra_args),
  ...gatewayInput,
  autostart: z.optional(settable.autostart),
  restart_policy: z.optional(settable.restart_policy),
});
export type CreateInstance = z.infer<typeof createInstanceSchema>;

/** What `update` takes: any field but the name. `options` and `env` are merged; null removes a key. */
export const updateInstanceSchema = z.strictObject({
  backend: z.optional(settable.backend),
  model_path: z.optional(settable.model_path),
  port: z.optional(settable.port),
  options: z.optional(z.record(z.string(), z.nullable(optionValueSchema))).check(
    z.meta({
      description: 'Options to set over those that are there; null removes one.',
      examples: [{ threads: 8, context_size: 4096 }],
    }),
  ),
  env: z.optional(z.record(z.string(), z.nullable(textSchema))).check(
    z.meta({
      description: 'Environment variables to set over those that are there; null removes one.',
      examples: [{ CUDA_VISIBLE_DEVICES: null }],
    }),
  ),
  command: z.optional(settable.command),
  extra_args: z.optional(settable.extra_args),
  ...gatewayInput,
  autostart: z.optional(settable.autostart),
  restart_policy: z.optional(settable.restart_policy),
});
export type UpdateInstance = z.infer<typeof updateInstanceSchema>;

/** What a stop takes, of one instance or of all. */
export const stopInstanceSchema = z.strictObject({
  force: z.optional(z.boolean()).check(z.meta({ description: 'Kill at once. Default: false.' })),
  timeout: z.optional(z.number().check(z.minimum(0), z.maximum(3600))).check(
    z.meta({
      description: 'Time for the whole stop, after which the processes are killed. Default: 30.',
      'x-unit': 'seconds',
    }),
  ),
});
export type StopInstance = z.infer<typeof stopInstanceSchema>;
