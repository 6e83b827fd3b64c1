import * as z from 'zod';
import { timestampSchema } from './primitives.js';

/** What a check of an instance found, each part looked at for real. */
export const instanceHealthSchema = z.object({
  status: z.enum(['healthy', 'unhealthy', 'starting', 'stopped']),
  checks: z.object({
    process: z.enum(['running', 'stopped']),
    port: z.enum(['open', 'closed']),
    response: z.enum(['ok', 'loading', 'error', 'timeout', 'none']),
  }),
  last_check: timestampSchema,
});
export type InstanceHealth = z.infer<typeof instanceHealthSchema>;

/** The server's own health, for load balancers and service managers. */
export const serverHealthSchema = z.object({ status: z.enum(['ok', 'stopping']) });
export type ServerHealth = z.infer<typeof serverHealthSchema>;
