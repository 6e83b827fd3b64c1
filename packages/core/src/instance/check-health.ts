import type { InstanceHealth, InstanceStatus } from '@llamactl/contract';
import type { Backend, ProbeResult } from '../backends/backend.js';
import { isSameProcess } from '../process/identity.js';
import type { ActiveRun } from './active-run.js';

/** Where to look, for an instance that has a process. */
export interface HealthTarget {
  readonly backend: Pick<Backend, 'probe'>;
  readonly host: string;
  readonly port: number;
  /** Whether it was seen to stand still although it answers. */
  readonly isStalled: boolean;
  /** Whether the backend's own process lives. */
  readonly isAlive: () => boolean;
}

type Response = ProbeResult | 'stalled';

const timeoutMs = 5_000;

/** Where to look for a run; null for none. */
export function healthTarget(active: ActiveRun | null): HealthTarget | null {
  if (active === null) return null;
  const { backend, course, host, port, run } = active;
  const isStalled = course.condition === 'stalled';
  return { backend, host, port, isStalled, isAlive: () => isSameProcess(run.identity) };
}

/** Looks at process, port and answer now. `target` is null for an instance without a process. */
export async function checkHealth(
  status: InstanceStatus,
  target: HealthTarget | null,
): Promise<InstanceHealth> {
  if (!target?.isAlive()) return report(status, false, 'none');
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    const answer = await target.backend.probe(target.host, target.port, deadline.signal);
    const response = answer === 'ok' && target.isStalled ? 'stalled' : answer;
    return report(status, target.isAlive(), response);
  } finally {
    clearTimeout(timer);
  }
}

function report(status: InstanceStatus, alive: boolean, response: Response): InstanceHealth {
  return {
    status: verdict(status, alive, response),
    checks: {
      process: alive ? 'running' : 'stopped',
      port: response === 'none' ? 'closed' : 'open',
      response,
    },
    last_check: new Date().toISOString(),
  };
}

function verdict(
  status: InstanceStatus,
  alive: boolean,
  response: Response,
): InstanceHealth['status'] {
  if (status === 'stopped') return 'stopped';
  if (status === 'starting' && alive) return 'starting';
  return status === 'running' && alive && response === 'ok' ? 'healthy' : 'unhealthy';
}
