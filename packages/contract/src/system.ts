import * as z from 'zod/mini';
import { timestampSchema } from './primitives.js';

/** The version of the server. */
export const versionSchema = z
  .string()
  .check(z.meta({ description: 'Version of the server.', examples: ['1.0.0'] }));

/** How many instances there are, in all and by state. */
export const instanceCountsSchema = z.object({
  total: z.int().check(z.meta({ description: 'All instances.' })),
  running: z.int().check(z.meta({ description: 'Instances that answer.' })),
  stopped: z
    .int()
    .check(z.meta({ description: 'Instances without a process: stopped and failed.' })),
  starting: z.int().check(z.meta({ description: 'Instances that load their model.' })),
  stopping: z.int().check(z.meta({ description: 'Instances that are being stopped.' })),
  failed: z.int().check(z.meta({ description: 'Failed instances; they count as stopped too.' })),
});

/** Figures of the machine. What cannot be seen is null. */
export const systemResourcesSchema = z.object({
  cpu_usage: z.nullable(z.number()).check(
    z.meta({
      description: 'Processor time over the last interval; 100 is all cores in full.',
      'x-unit': 'percent of all cores',
      'x-source': 'os.cpus()',
    }),
  ),
  memory_usage: z.nullable(z.int()).check(
    z.meta({
      description: 'Memory that is in use and could not be given to a program at once.',
      'x-unit': 'bytes',
      'x-source': 'MemTotal minus MemAvailable of /proc/meminfo, else total minus free',
    }),
  ),
  memory_total: z.int().check(
    z.meta({
      description: 'Memory of the machine.',
      'x-unit': 'bytes',
      'x-source': 'os.totalmem()',
    }),
  ),
  disk_usage: z.nullable(z.number()).check(
    z.meta({
      description: 'How full the disk of the data folder is.',
      'x-unit': 'percent',
      'x-source': 'statfs: blocks that are not free, out of those that this user can use',
    }),
  ),
});
export type SystemResources = z.infer<typeof systemResourcesSchema>;

/** State and figures of the server as a whole. */
export const systemStatusSchema = z.object({
  version: versionSchema,
  uptime: z
    .int()
    .check(z.meta({ description: 'Time since the server was started.', 'x-unit': 'seconds' })),
  instances: instanceCountsSchema.check(
    z.meta({
      description: 'How many instances there are, by state.',
    }),
  ),
  resources: systemResourcesSchema.check(z.meta({ description: 'Figures of the machine.' })),
});
export type SystemStatus = z.infer<typeof systemStatusSchema>;

/** What machine and which build it is; none of it changes while the server runs. */
export const systemInfoSchema = z.object({
  hostname: z.string().check(
    z.meta({
      description: 'Name of the machine.',
      'x-source': 'os.hostname()',
      examples: ['server-01'],
    }),
  ),
  os: z.string().check(
    z.meta({
      description: 'Operating system: linux, darwin, windows, …',
      'x-source': 'process.platform',
      examples: ['linux'],
    }),
  ),
  arch: z.string().check(
    z.meta({
      description: 'Processor: amd64, arm64, …',
      'x-source': 'process.arch',
      examples: ['amd64'],
    }),
  ),
  cpu_count: z.int().check(
    z.meta({
      description: 'Logical processors.',
      'x-source': 'os.cpus()',
      examples: [8],
    }),
  ),
  memory_total: z.int().check(
    z.meta({
      description: 'Memory of the machine.',
      'x-unit': 'bytes',
      'x-source': 'os.totalmem()',
      examples: [17_179_869_184],
    }),
  ),
  version: versionSchema,
  build_time: z.nullable(timestampSchema).check(
    z.meta({
      description: 'When this build was made; null when it runs from source.',
    }),
  ),
});
export type SystemInfo = z.infer<typeof systemInfoSchema>;
