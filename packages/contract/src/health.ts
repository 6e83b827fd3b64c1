import * as z from 'zod/mini';
import { timestampSchema } from './primitives.js';

/** What a check of an instance found, each part looked at for real. */
export const instanceHealthSchema = z.object({
  status: z.enum(['healthy', 'unhealthy', 'starting', 'stopped']).check(
    z.meta({
      description:
        'healthy: it runs and has just answered. unhealthy: it runs but does not answer or does not work, is being stopped, or is failed. starting: it loads the model. stopped: it is stopped.',
    }),
  ),
  checks: z
    .object({
      process: z.enum(['running', 'stopped']).check(
        z.meta({
          description: 'Whether its process lives.',
          'x-source': 'its pid and the time when it was started, as the system has them',
        }),
      ),
      port: z.enum(['open', 'closed']).check(
        z.meta({
          description: 'Whether something listens on its port.',
          'x-source': 'the connection for GET /health of the instance',
        }),
      ),
      response: z.enum(['ok', 'loading', 'error', 'timeout', 'none', 'stalled']).check(
        z.meta({
          description:
            'What it answered: ok; loading, not ready yet; error, something else; timeout, nothing within 5 s; none, there was nobody to ask; stalled, ok, but it has not got on with its work for instances.hang_timeout.',
          'x-source': 'status of GET /health of the instance: 200, 503, any other',
        }),
      ),
    })
    .check(z.meta({ description: 'What was looked at, each part by itself.' })),
  last_check: timestampSchema.check(
    z.meta({
      description: 'When it was looked at: during this request.',
    }),
  ),
});
export type InstanceHealth = z.infer<typeof instanceHealthSchema>;

/** The server's own health, for load balancers and service managers. */
export const serverHealthSchema = z.object({
  status: z.enum(['ok', 'stopping']).check(
    z.meta({
      description: 'stopping: it finishes what is under way and takes nothing new.',
    }),
  ),
});
export type ServerHealth = z.infer<typeof serverHealthSchema>;
