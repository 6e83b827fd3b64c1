import { portSchema, textSchema } from '@llamactl/contract';
import * as z from 'zod';

const path = textSchema.min(1).max(4096);
const seconds = z.number().min(0.001).max(86_400);

const serverSchema = z.strictObject({
  host: z.string().min(1).max(255).default('localhost').meta({
    description: 'Address or name to listen on; localhost is 127.0.0.1 and ::1.',
  }),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .meta({ description: 'TCP port; 0 for a free one.' }),
  base_path: z
    .string()
    .regex(/^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*\/?)?$/)
    .default('/')
    .meta({ description: 'Path in front of every route, as in /llm.' }),
  allowed_hosts: z.array(z.string().min(1)).default([]).meta({
    description:
      'Names in the Host header that are served, beside addresses, localhost and our own.',
  }),
  allowed_origins: z.array(z.string().min(1)).default([]).meta({
    description:
      'Origins of pages that may make changes and open WebSockets, as in https://llm.example.org.',
  }),
});

const authSchema = z.strictObject({
  allow_insecure: z.boolean().default(false).meta({
    description: 'Whether to listen beyond loopback although everybody gets in.',
  }),
});

const instancesSchema = z.strictObject({
  host: z.string().min(1).max(255).default('127.0.0.1').meta({
    description: 'Address that instances listen on.',
  }),
  port_range: z.tuple([portSchema, portSchema]).default([8081, 9080]).meta({
    description: 'First and last port that instances get.',
  }),
  startup_timeout: seconds.default(600).meta({
    description: 'Time for an instance to become ready.',
    'x-unit': 'seconds',
  }),
  stop_timeout: seconds.default(30).meta({
    description: 'Time for an instance to stop, after which it is killed.',
    'x-unit': 'seconds',
  }),
});

const llamaCppSchema = z.strictObject({
  command: path.default('llama-server').meta({
    description: 'Executable: a path, or a name to look for in PATH.',
  }),
  args: z.array(textSchema).default([]).meta({ description: 'Arguments of every instance.' }),
  env: z.record(z.string(), textSchema).default({}).meta({
    description: 'Environment variables of every instance.',
  }),
  allow_options: z.array(z.string()).default([]).meta({
    description: 'Options that are refused otherwise: they run code, write files or download.',
  }),
  allow_env: z.array(z.string()).default([]).meta({
    description: 'Environment variables that instances may set, beside the safe list.',
  }),
  allow_command: z.boolean().default(false).meta({
    description: 'Whether instances may name an executable of their own.',
  }),
});

/** The configuration file, `llamactl.yaml`. Every field has a default; unknown ones are an error. */
export const configSchema = z.strictObject({
  server: serverSchema.prefault({}),
  data_dir: path.optional().meta({
    description: "Folder for definitions, logs and run records. Default: the platform's own.",
  }),
  auth: authSchema.prefault({}),
  instances: instancesSchema.prefault({}),
  models: z
    .strictObject({
      roots: z.array(path).default([]).meta({
        description: 'Folders that models must lie in; empty for anywhere.',
      }),
    })
    .prefault({}),
  backends: z.strictObject({ 'llama-cpp': llamaCppSchema.prefault({}) }).prefault({}),
  logs: z
    .strictObject({
      max_file_size: z.int().min(65_536).default(20_971_520).meta({
        description: 'Size at which the log file of an instance is rotated.',
        'x-unit': 'bytes',
      }),
      max_files: z.int().min(1).max(100).default(5).meta({
        description: 'Log files per instance, the current one included.',
      }),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      interval: z.number().min(0.1).max(3_600).default(2).meta({
        description: 'Interval of the figures of running instances.',
        'x-unit': 'seconds',
      }),
    })
    .prefault({}),
});

/** The whole configuration, defaults filled in. */
export type Config = z.output<typeof configSchema>;
/** A configuration as people write it: any part may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
