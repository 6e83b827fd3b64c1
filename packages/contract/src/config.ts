import * as z from 'zod/mini';
import {
  alerts,
  auth,
  dataDir,
  llamaCpp,
  logs,
  metrics,
  models,
  rateLimit,
  server,
} from './config-fields.js';
import { instances } from './config-instances.js';

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
