import type { Config } from '@llamactl/contract';
import { defaultStallMs, type HttpTimeouts } from '../http/create-http-server.js';
import type { GatewayOptions } from './create-gateway.js';

/** How long the gateway waits, in milliseconds. */
export interface GatewayTimeouts {
  /** For the next byte of a request's body. Default: 30 000. */
  readonly bodyIdleMs?: number;
  /** For a connection to an instance. Default: 2 000. */
  readonly connectMs?: number;
  /** For the first byte of an answer. Default: an hour. */
  readonly firstByteMs?: number;
  /** For the next byte of it. Default: 5 minutes. */
  readonly idleMs?: number;
  /** For a place at an instance, its start included. Default: 10 minutes. */
  readonly queueMs?: number;
  /** Interval of the comments that keep a streamed request alive while it waits. Default: 10 000. */
  readonly keepAliveMs?: number;
  /** Time after a failed start in which requests are refused at once. Default: 10 000. */
  readonly coolDownMs?: number;
  /** Time after which an instance that is always busy lets another come before it. Default: 10 000. */
  readonly patienceMs?: number;
}

/** Requests that may wait for one instance. */
const maxWaiting = 1_000;
const minuteMs = 60_000;

/** What a gateway goes by, out of the configuration. */
export function gatewaySettings(
  instances: Config['instances'],
  { gateway: timeouts = {}, stallMs = defaultStallMs }: HttpTimeouts,
): Pick<GatewayOptions, 'targets' | 'room' | 'timeouts' | 'keepAliveMs' | 'stallMs'> {
  const { coolDownMs = 10_000, keepAliveMs = 10_000, patienceMs = 10_000 } = timeouts;
  const { connectMs = 2_000, firstByteMs = 60 * minuteMs, idleMs = 5 * minuteMs } = timeouts;
  return {
    keepAliveMs,
    stallMs,
    timeouts: { connectMs, firstByteMs, idleMs },
    room: {
      maxRunning: instances.max_running,
      groups: instances.groups,
      memoryBudget: instances.memory_budget,
      patienceMs,
    },
    targets: {
      onDemand: instances.on_demand,
      idleTimeoutS: instances.idle_timeout,
      coolDownMs,
      lane: { maxWaiting, maxWaitMs: timeouts.queueMs ?? 10 * minuteMs },
    },
  };
}
