import * as z from 'zod/mini';
import { portSchema, textSchema } from './primitives.js';

const path = textSchema.check(z.minLength(1), z.maxLength(4096));
const seconds = z.number().check(z.minimum(0.001), z.maximum(86_400));
const percent = z.number().check(z.minimum(1), z.maximum(100));

const server = {
  host: z._default(z.string().check(z.minLength(1), z.maxLength(255)), 'localhost').check(
    z.meta({
      description: 'Address or name to listen on; localhost is 127.0.0.1 and ::1.',
    }),
  ),
  port: z
    ._default(z.int().check(z.minimum(0), z.maximum(65_535)), 8080)
    .check(z.meta({ description: 'TCP port; 0 for a free one.' })),
  base_path: z
    ._default(z.string().check(z.regex(/^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*\/?)?$/)), '/')
    .check(z.meta({ description: 'Path in front of every route, as in /llm.' })),
  trusted_proxies: z
    ._default(
      z.array(z.string().check(z.minLength(1), z.maxLength(255))).check(z.maxLength(256)),
      [],
    )
    .check(
      z.meta({
        description:
          'Addresses or networks of reverse proxies whose X-Forwarded-For is believed, as in 10.0.0.0/8.',
      }),
    ),
  allowed_hosts: z._default(z.array(z.string().check(z.minLength(1))), []).check(
    z.meta({
      description:
        'Names in the Host header that are served, beside addresses, localhost and our own. Not looked at while authentication is on.',
    }),
  ),
  allowed_origins: z._default(z.array(z.string().check(z.minLength(1))), []).check(
    z.meta({
      description:
        'Origins of pages that may call the API and open WebSockets, as in https://llm.example.org.',
    }),
  ),
};

const auth = {
  enabled: z._default(z.boolean(), false).check(
    z.meta({
      description: 'Whether callers must log in or send an API key.',
    }),
  ),
  allow_insecure: z._default(z.boolean(), false).check(
    z.meta({
      description: 'Whether to listen beyond loopback although everybody gets in.',
    }),
  ),
  token_ttl: z._default(z.int().check(z.minimum(60), z.maximum(2_592_000)), 86_400).check(
    z.meta({
      description: 'How long a token is good.',
      'x-unit': 'seconds',
    }),
  ),
};

const limit = z.int().check(z.minimum(1), z.maximum(1_000_000));

const rateLimit = {
  enabled: z
    ._default(z.boolean(), true)
    .check(z.meta({ description: 'Whether requests are counted.' })),
  regular: z._default(limit, 100).check(
    z.meta({
      description: 'Requests of one credential or address.',
      'x-unit': 'per minute',
    }),
  ),
  intensive: z._default(limit, 10).check(
    z.meta({
      description:
        'Requests of one credential or address that cost much: start, restart, start-all, stop-all, logins, passwords and configuration.',
      'x-unit': 'per minute',
    }),
  ),
};

const instances = {
  host: z._default(z.string().check(z.minLength(1), z.maxLength(255)), '127.0.0.1').check(
    z.meta({
      description: 'Address that instances listen on.',
    }),
  ),
  port_range: z._default(z.tuple([portSchema, portSchema]), [8081, 9080]).check(
    z.meta({
      description: 'First and last port that instances get.',
    }),
  ),
  startup_timeout: z._default(seconds, 600).check(
    z.meta({
      description: 'Time for an instance to become ready.',
      'x-unit': 'seconds',
    }),
  ),
  stop_timeout: z._default(seconds, 30).check(
    z.meta({
      description: 'Time for an instance to stop, after which it is killed.',
      'x-unit': 'seconds',
    }),
  ),
  max_running: z._default(z.int().check(z.minimum(0), z.maximum(10_000)), 0).check(
    z.meta({
      description:
        'Instances that may have a process at the same time; the gateway makes room by stopping the one that was used least recently. 0 for no limit.',
    }),
  ),
  idle_timeout: z._default(z.number().check(z.minimum(0), z.maximum(31_536_000)), 0).check(
    z.meta({
      description:
        'Time without a request to the gateway after which an instance is stopped, unless it says otherwise; 0 for never.',
      'x-unit': 'seconds',
    }),
  ),
  on_demand: z._default(z.boolean(), true).check(
    z.meta({
      description:
        'Whether a request to the gateway starts a stopped instance, unless it says otherwise.',
    }),
  ),
  groups: z
    ._default(
      z.record(
        z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)),
        z.strictObject({
          max_running: z.int().check(
            z.minimum(1),
            z.maximum(10_000),
            z.meta({
              description: 'Members of the group that may have a process at the same time.',
            }),
          ),
        }),
      ),
      {},
    )
    .check(z.meta({ description: 'Groups of instances and their limits, by name.' })),
  on_shutdown: z._default(z.enum(['stop', 'keep']), 'stop').check(
    z.meta({
      description:
        'What becomes of running instances when the server is asked to end: stop, or keep, so that they serve on and the next server takes them over. After a crash it always takes them over.',
    }),
  ),
  backend_auth: z._default(z.enum(['auto', 'run_key', 'none']), 'auto').check(
    z.meta({
      description:
        'What the ports of instances ask for: run_key, a key that is made for each run, or one that the instance defines (options.api_key); none, nothing; auto, run_key while authentication is on.',
    }),
  ),
};

const llamaCpp = {
  command: z._default(path, 'llama-server').check(
    z.meta({
      description: 'Executable: a path, or a name to look for in PATH.',
    }),
  ),
  args: z
    ._default(z.array(textSchema), [])
    .check(z.meta({ description: 'Arguments of every instance.' })),
  env: z._default(z.record(z.string(), textSchema), {}).check(
    z.meta({
      description: 'Environment variables of every instance.',
    }),
  ),
  allow_options: z._default(z.array(z.string()), []).check(
    z.meta({
      description: 'Options that are refused otherwise: they run code, write files or download.',
    }),
  ),
  allow_env: z._default(z.array(z.string()), []).check(
    z.meta({
      description: 'Environment variables that instances may set, beside the safe list.',
    }),
  ),
  allow_command: z._default(z.boolean(), false).check(
    z.meta({
      description: 'Whether instances may name an executable of their own.',
    }),
  ),
};

const models = {
  roots: z._default(z.array(path), []).check(
    z.meta({
      description: 'Folders that models must lie in; empty for anywhere.',
    }),
  ),
};

const logs = {
  max_file_size: z._default(z.int().check(z.minimum(65_536)), 20_971_520).check(
    z.meta({
      description: 'Size at which the log file of an instance is rotated.',
      'x-unit': 'bytes',
    }),
  ),
  max_files: z._default(z.int().check(z.minimum(1), z.maximum(100)), 5).check(
    z.meta({
      description: 'Log files per instance, the current one included.',
    }),
  ),
};

const metrics = {
  interval: z._default(z.number().check(z.minimum(0.1), z.maximum(3_600)), 2).check(
    z.meta({
      description: 'Interval of the figures of running instances.',
      'x-unit': 'seconds',
    }),
  ),
};

const alerts = {
  memory_percent: z._default(percent, 95).check(
    z.meta({
      description: 'Use of memory from which on an alert is raised.',
      'x-unit': 'percent',
    }),
  ),
  disk_percent: z._default(percent, 95).check(
    z.meta({
      description: 'Use of the disk of the data folder from which on an alert is raised.',
      'x-unit': 'percent',
    }),
  ),
};

const dataDir = z.optional(path).check(
  z.meta({
    description: "Folder for definitions, logs and run records. Default: the platform's own.",
  }),
);

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
  server: z.prefault(z.strictObject(server), {}).check(z.meta(about.server)),
  data_dir: dataDir,
  auth: z.prefault(z.strictObject(auth), {}).check(z.meta(about.auth)),
  rate_limit: z.prefault(z.strictObject(rateLimit), {}).check(z.meta(about.rate_limit)),
  instances: z.prefault(z.strictObject(instances), {}).check(z.meta(about.instances)),
  models: z.prefault(z.strictObject(models), {}).check(z.meta(about.models)),
  backends: z
    .prefault(
      z.strictObject({
        'llama-cpp': z.prefault(z.strictObject(llamaCpp), {}).check(z.meta(about['llama-cpp'])),
      }),
      {},
    )
    .check(z.meta(about.backends)),
  logs: z.prefault(z.strictObject(logs), {}).check(z.meta(about.logs)),
  metrics: z.prefault(z.strictObject(metrics), {}).check(z.meta(about.metrics)),
  alerts: z.prefault(z.strictObject(alerts), {}).check(z.meta(about.alerts)),
});
/** A configuration as people write it: any part may be left out. */
export type ConfigInput = z.input<typeof configFileSchema>;

/** The whole configuration as it is shown; a newer server may have more of it. */
export const configSchema = z.object({
  server: z.object(server).check(z.meta(about.server)),
  data_dir: dataDir,
  auth: z.object(auth).check(z.meta(about.auth)),
  rate_limit: z.object(rateLimit).check(z.meta(about.rate_limit)),
  instances: z.object(instances).check(z.meta(about.instances)),
  models: z.object(models).check(z.meta(about.models)),
  backends: z
    .object({ 'llama-cpp': z.object(llamaCpp).check(z.meta(about['llama-cpp'])) })
    .check(z.meta(about.backends)),
  logs: z.object(logs).check(z.meta(about.logs)),
  metrics: z.object(metrics).check(z.meta(about.metrics)),
  alerts: z.object(alerts).check(z.meta(about.alerts)),
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
  path: z.string().check(
    z.meta({
      description: 'Path of the setting, as in logs.max_files.',
      examples: ['logs.max_files'],
    }),
  ),
  by: z.enum(['app', 'environment', 'flag']).check(
    z.meta({
      description:
        'app: the program that embeds the server; environment: LLAMACTL_…; flag: the command line.',
    }),
  ),
});
export type ConfigOverride = z.infer<typeof configOverrideSchema>;
