import * as z from 'zod';
import { portSchema, textSchema } from './primitives.js';

const path = textSchema.min(1).max(4096);
const seconds = z.number().min(0.001).max(86_400);
const percent = z.number().min(1).max(100);

const server = {
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
  trusted_proxies: z.array(z.string().min(1).max(255)).max(256).default([]).meta({
    description:
      'Addresses or networks of reverse proxies whose X-Forwarded-For is believed, as in 10.0.0.0/8.',
  }),
  allowed_hosts: z.array(z.string().min(1)).default([]).meta({
    description:
      'Names in the Host header that are served, beside addresses, localhost and our own. Not looked at while authentication is on.',
  }),
  allowed_origins: z.array(z.string().min(1)).default([]).meta({
    description:
      'Origins of pages that may call the API and open WebSockets, as in https://llm.example.org.',
  }),
};

const auth = {
  enabled: z.boolean().default(false).meta({
    description: 'Whether callers must log in or send an API key.',
  }),
  allow_insecure: z.boolean().default(false).meta({
    description: 'Whether to listen beyond loopback although everybody gets in.',
  }),
  token_ttl: z.int().min(60).max(2_592_000).default(86_400).meta({
    description: 'How long a token is good.',
    'x-unit': 'seconds',
  }),
};

const limit = z.int().min(1).max(1_000_000);

const rateLimit = {
  enabled: z.boolean().default(true).meta({ description: 'Whether requests are counted.' }),
  regular: limit.default(100).meta({
    description: 'Requests of one credential or address.',
    'x-unit': 'per minute',
  }),
  intensive: limit.default(10).meta({
    description:
      'Requests of one credential or address that cost much: start, restart, start-all, stop-all, logins, passwords and configuration.',
    'x-unit': 'per minute',
  }),
};

const instances = {
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
  max_running: z.int().min(0).max(10_000).default(0).meta({
    description:
      'Instances that may have a process at the same time; the gateway makes room by stopping the one that was used least recently. 0 for no limit.',
  }),
  idle_timeout: z.number().min(0).max(31_536_000).default(0).meta({
    description:
      'Time without a request to the gateway after which an instance is stopped, unless it says otherwise; 0 for never.',
    'x-unit': 'seconds',
  }),
  on_demand: z.boolean().default(true).meta({
    description:
      'Whether a request to the gateway starts a stopped instance, unless it says otherwise.',
  }),
  groups: z
    .record(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
      z.strictObject({
        max_running: z.int().min(1).max(10_000).meta({
          description: 'Members of the group that may have a process at the same time.',
        }),
      }),
    )
    .default({})
    .meta({ description: 'Groups of instances and their limits, by name.' }),
  on_shutdown: z.enum(['stop', 'keep']).default('stop').meta({
    description:
      'What becomes of running instances when the server is asked to end: stop, or keep, so that they serve on and the next server takes them over. After a crash it always takes them over.',
  }),
  backend_auth: z.enum(['auto', 'run_key', 'none']).default('auto').meta({
    description:
      'What the ports of instances ask for: run_key, a key that is made for each run, or one that the instance defines (options.api_key); none, nothing; auto, run_key while authentication is on.',
  }),
};

const llamaCpp = {
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
};

const models = {
  roots: z.array(path).default([]).meta({
    description: 'Folders that models must lie in; empty for anywhere.',
  }),
};

const logs = {
  max_file_size: z.int().min(65_536).default(20_971_520).meta({
    description: 'Size at which the log file of an instance is rotated.',
    'x-unit': 'bytes',
  }),
  max_files: z.int().min(1).max(100).default(5).meta({
    description: 'Log files per instance, the current one included.',
  }),
};

const metrics = {
  interval: z.number().min(0.1).max(3_600).default(2).meta({
    description: 'Interval of the figures of running instances.',
    'x-unit': 'seconds',
  }),
};

const alerts = {
  memory_percent: percent.default(95).meta({
    description: 'Use of memory from which on an alert is raised.',
    'x-unit': 'percent',
  }),
  disk_percent: percent.default(95).meta({
    description: 'Use of the disk of the data folder from which on an alert is raised.',
    'x-unit': 'percent',
  }),
};

const dataDir = path.optional().meta({
  description: "Folder for definitions, logs and run records. Default: the platform's own.",
});

/** What each part is about. */
const about = {
  server: { description: 'Where the server listens, and from where it may be called.' },
  auth: { description: 'Whether callers need credentials.' },
  rate_limit: { description: 'How many requests are taken; too many are answered 429.' },
  instances: { description: 'How instances are run.' },
  models: { description: 'Where models may lie.' },
  backends: { description: 'The programs that run models.' },
  'llama-cpp': { description: 'llama-server of llama.cpp.' },
  logs: { description: 'How much is kept of the logs of instances.' },
  metrics: { description: 'How often is measured.' },
  alerts: { description: 'When people are told that the machine runs short.' },
} as const;

/** The configuration file, `llamactl.yaml`. Every field has a default; unknown ones are an error. */
export const configFileSchema = z.strictObject({
  server: z.strictObject(server).prefault({}).meta(about.server),
  data_dir: dataDir,
  auth: z.strictObject(auth).prefault({}).meta(about.auth),
  rate_limit: z.strictObject(rateLimit).prefault({}).meta(about.rate_limit),
  instances: z.strictObject(instances).prefault({}).meta(about.instances),
  models: z.strictObject(models).prefault({}).meta(about.models),
  backends: z
    .strictObject({ 'llama-cpp': z.strictObject(llamaCpp).prefault({}).meta(about['llama-cpp']) })
    .prefault({})
    .meta(about.backends),
  logs: z.strictObject(logs).prefault({}).meta(about.logs),
  metrics: z.strictObject(metrics).prefault({}).meta(about.metrics),
  alerts: z.strictObject(alerts).prefault({}).meta(about.alerts),
});
/** A configuration as people write it: any part may be left out. */
export type ConfigInput = z.input<typeof configFileSchema>;

/** The whole configuration as it is shown; a newer server may have more of it. */
export const configSchema = z.object({
  server: z.object(server).meta(about.server),
  data_dir: dataDir,
  auth: z.object(auth).meta(about.auth),
  rate_limit: z.object(rateLimit).meta(about.rate_limit),
  instances: z.object(instances).meta(about.instances),
  models: z.object(models).meta(about.models),
  backends: z
    .object({ 'llama-cpp': z.object(llamaCpp).meta(about['llama-cpp']) })
    .meta(about.backends),
  logs: z.object(logs).meta(about.logs),
  metrics: z.object(metrics).meta(about.metrics),
  alerts: z.object(alerts).meta(about.alerts),
});
/** The whole configuration, defaults filled in. */
export type Config = z.output<typeof configFileSchema>;

/**
 * Settings that change in the file alone, each with all that is in it: they decide over code that is run,
 * or could lock their owner out.
 */
export const configFileOnly = [
  'server',
  'data_dir',
  'auth',
  'instances.backend_auth',
  'models.roots',
  'backends',
] as const;

/** Where a setting comes from that the file does not decide. */
export const configOverrideSchema = z.object({
  path: z.string().meta({
    description: 'Path of the setting, as in logs.max_files.',
    examples: ['logs.max_files'],
  }),
  by: z.enum(['app', 'environment', 'flag']).meta({
    description:
      'app: the program that embeds the server; environment: LLAMACTL_…; flag: the command line.',
  }),
});
export type ConfigOverride = z.infer<typeof configOverrideSchema>;
