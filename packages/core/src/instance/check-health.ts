import type { InstanceHealth, InstanceStatus } from '@llamactl/contract';
import type { ProbeResult } from '../backends/backend.js';
import { isSameProcess } from '../process/identity.js';
import type { ActiveRun } from './active-run.js';

const timeoutMs = 5_000;

/** Looks at process, port and answer now. `active` is null for an instance without a process. */
export async function checkHealth(
  status: InstanceStatus,
  active: ActiveRun | null,
  host: string,
): Promise<InstanceHealth> {
  const isAlive = () => active !== null && isSameProcess(active.run.identity);
  if (active === null || !isAlive()) return report(status, false, 'none');
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    const response = await active.backend.probe(host, active.port, deadline.signal);
    return report(status, isAlive(), response);
  } finally {
    clearTimeout(timer);
  }
}

function report(status: InstanceStatus, alive: boolean, response: ProbeResult): InstanceHealth {
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
  response: ProbeResult,
): InstanceHealth['status'] {
  if (status === 'stopped') return 'stopped';
  if (status === 'starting' && alive) return 'starting';
  return status === 'running' && alive && response === 'ok' ? 'healthy' : 'unhealthy';
}
