import * as z from 'zod';
import { timestampSchema } from './primitives.js';

/** The version of the server. */
export const versionSchema = z
  .string()
  .meta({ description: 'Version of the server.', examples: ['1.0.0'] });

/** How many instances there are, in all and by state. */
export const instanceCountsSchema = z.object({
  total: z.int().meta({ description: 'All instances.' }),
  running: z.int().meta({ description: 'Instances that answer.' }),
  stopped: z.int().meta({ description: 'Instances without a process: stopped and failed.' }),
  starting: z.int().meta({ description: 'Instances that load their model.' }),
  stopping: z.int().meta({ description: 'Instances that are being stopped.' }),
  failed: z.int().meta({ description: 'Failed instances; they count as stopped too.' }),
});

/** Figures of the machine. What cannot be seen is null. */
export const systemResourcesSchema = z.object({
  cpu_usage: z.number().nullable().meta({
    description: 'Processor time over the last interval; 100 is all cores in full.',
    'x-unit': 'percent of all cores',
    'x-source': 'os.cpus()',
  }),
  memory_usage: z.int().nullable().meta({
    description: 'Memory that is in use and could not be given to a program at once.',
    'x-unit': 'bytes',
    'x-source': 'MemTotal minus MemAvailable of /proc/meminfo, else total minus free',
  }),
  memory_total: z.int().meta({
    description: 'Memory of the machine.',
    'x-unit': 'bytes',
    'x-source': 'os.totalmem()',
  }),
  disk_usage: z.number().nullable().meta({
    description: 'How full the disk of the data folder is.',
    'x-unit': 'percent',
    'x-source': 'statfs: blocks that are not free, out of those that this user can use',
  }),
});
export type SystemResources = z.infer<typeof systemResourcesSchema>;

/** State and figures of the server as a whole. */
export const systemStatusSchema = z.object({
  version: versionSchema,
  uptime: z.int().meta({ description: 'Time since the server was started.', 'x-unit': 'seconds' }),
  instances: instanceCountsSchema.meta({
    description: 'How many instances there are, by state.',
  }),
  resources: systemResourcesSchema.meta({ description: 'Figures of the machine.' }),
});
export type SystemStatus = z.infer<typeof systemStatusSchema>;

/** What machine and which build it is; none of it changes while the server runs. */
export const systemInfoSchema = z.object({
  hostname: z.string().meta({
    description: 'Name of the machine.',
    'x-source': 'os.hostname()',
    examples: ['server-01'],
  }),
  os: z.string().meta({
    description: 'Operating system: linux, darwin, windows, …',
    'x-source': 'process.platform',
    examples: ['linux'],
  }),
  arch: z.string().meta({
    description: 'Processor: amd64, arm64, …',
    'x-source': 'process.arch',
    examples: ['amd64'],
  }),
  cpu_count: z.int().meta({
    description: 'Logical processors.',
    'x-source': 'os.cpus()',
    examples: [8],
  }),
  memory_total: z.int().meta({
    description: 'Memory of the machine.',
    'x-unit': 'bytes',
    'x-source': 'os.totalmem()',
    examples: [17_179_869_184],
  }),
  version: versionSchema,
  build_time: timestampSchema.nullable().meta({
    description: 'When this build was made; null when it runs from source.',
  }),
});
export type SystemInfo = z.infer<typeof systemInfoSchema>;
