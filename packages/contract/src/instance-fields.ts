import * as z from 'zod/mini';
import { portSchema, textSchema } from './primitives.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** The value of a backend option: text, a number, a switch, or a list for flags that may be repeated. */
export const optionValueSchema = z
  .union([scalar, z.array(z.union([z.string(), z.number()]))])
  .check(
    z.meta({
      description:
        'Text, a number, true or false for a switch, or a list for a flag that may be repeated.',
      examples: [4],
    }),
  );
export type OptionValue = z.infer<typeof optionValueSchema>;

/** The options of an instance. */
export const instanceOptionsSchema = z.record(z.string(), optionValueSchema).check(
  z.meta({
    description:
      'Backend options: any long flag of the backend in snake_case (threads, context_size, gpu_layers, …).',
    examples: [{ threads: 4, context_size: 2048, gpu_layers: 0 }],
  }),
);
export type InstanceOptions = z.infer<typeof instanceOptionsSchema>;

/** When an instance that ended by itself is started again. */
export const restartPolicySchema = z.enum(['on_failure', 'always', 'never']).check(
  z.meta({
    description:
      'When it is started again by itself: on_failure, after it failed; always, also after it ended with exit code 0; never. A failure that only a changed definition can cure is never tried again. Default: on_failure.',
  }),
);
export type RestartPolicy = z.infer<typeof restartPolicySchema>;

/** Fields that a client may set, each without its default. */
export const settable = {
  backend: z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(64),
      z.meta({ description: 'Backend that runs the model.', examples: ['llama-cpp'] }),
    ),
  model_path: textSchema.check(
    z.minLength(1),
    z.maxLength(4096),
    z.meta({
      description:
        'Path of the model file on the server. Symlinks are followed; the target must be a readable regular file.',
      examples: ['/models/llama-2-7b.gguf'],
    }),
  ),
  port: portSchema,
  options: instanceOptionsSchema,
  env: z.record(z.string(), textSchema).check(
    z.meta({
      description: 'Environment variables for the backend, out of a short safe list.',
      examples: [{ CUDA_VISIBLE_DEVICES: '0' }],
    }),
  ),
  command: z.nullable(textSchema.check(z.minLength(1), z.maxLength(4096))).check(
    z.meta({
      description:
        "Executable to run instead of the backend's own; null for the backend's own. Needs allow_command in the configuration file.",
      examples: [null],
    }),
  ),
  extra_args: z.array(textSchema.check(z.maxLength(65_536))).check(
    z.maxLength(256),
    z.meta({
      description: 'Further arguments, appended as they are; checked like options.',
      examples: [['--no-warmup']],
    }),
  ),
  autostart: z.boolean().check(
    z.meta({
      description: 'Whether it is started when the server starts. Default: false.',
    }),
  ),
  restart_policy: restartPolicySchema,
};
