import * as z from 'zod/mini';
import { portSchema } from './primitives.js';

const seconds = z.number().check(z.minimum(0.001), z.maximum(86_400));
/** A healthy instance may be still for seconds, as while it waits for a disk or a GPU. */
const longEnough = z.number().check(z.minimum(10), z.maximum(86_400));

/** How instances are run. */
export const instances = {
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
  // Each look costs the instance a request, and one that is busy answers late.
  health_interval: z._default(z.number().check(z.minimum(1), z.maximum(3_600)), 30).check(
    z.meta({
      description:
        'How often a running instance is asked whether it is well; three times as often while it seems not to be.',
      'x-unit': 'seconds',
    }),
  ),
  hang_timeout: z._default(z.union([z.literal(0), longEnough]), 600).check(
    z.meta({
      description:
        'How long a running instance may give no answer, or not get on with its work, while it uses no processor time and nothing holds it up, before it is ended and its restart policy decides; 0 never ends one.',
      'x-unit': 'seconds',
    }),
  ),
  max_running: z._default(z.int().check(z.minimum(0), z.maximum(10_000)), 0).check(
    z.meta({
      description:
        'Instances that may have a process at the same time; the gateway makes room by stopping the one that was used least recently. 0 for no limit.',
    }),
  ),
  memory_budget: z._default(z.nullable(z.int().check(z.minimum(1_048_576))), null).check(
    z.meta({
      description:
        'Memory that instances may take together where the gateway starts one of them, that of GPUs included where it is known; it makes room by stopping those that were used least recently. null for no limit.',
      'x-unit': 'bytes',
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
