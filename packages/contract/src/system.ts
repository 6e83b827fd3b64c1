import * as z from 'zod';
import { timestampSchema } from './primitives.js';

/** How many instances there are, in all and by state. */
const instanceCountsSchema = z.object({
  total: z.int(),
  running: z.int(),
  stopped: z.int().meta({ description: 'Instances without a process: stopped and failed.' }),
  starting: z.int(),
  stopping: z.int(),
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
  memory_total: z.int().meta({ 'x-unit': 'bytes', 'x-source': 'os.totalmem()' }),
  disk_usage: z.number().nullable().meta({
    description: 'How full the disk of the data folder is.',
    'x-unit': 'percent',
    'x-source': 'statfs: blocks that are not free, out of those that this user can use',
  }),
});
export type SystemResources = z.infer<typeof systemResourcesSchema>;

/** State and figures of the server as a whole. */
export const systemStatusSchema = z.object({
  version: z.string(),
  uptime: z.int().meta({ description: 'Time since the server was started.', 'x-unit': 'seconds' }),
  instances: instanceCountsSchema,
  resources: systemResourcesSchema,
});
export type SystemStatus = z.infer<typeof systemStatusSchema>;

/** What machine and which build it is; none of it changes while the server runs. */
export const systemInfoSchema = z.object({
  hostname: z.string(),
  os: z.string().meta({ description: 'Operating system: linux, darwin, windows, …' }),
  arch: z.string().meta({ description: 'Processor: amd64, arm64, …' }),
  cpu_count: z.int(),
  memory_total: z.int().meta({ 'x-unit': 'bytes' }),
  version: z.string(),
  build_time: timestampSchema.nullable().meta({
    description: 'When this build was made; null when it runs from source.',
  }),
});
export type SystemInfo = z.infer<typeof systemInfoSchema>;
