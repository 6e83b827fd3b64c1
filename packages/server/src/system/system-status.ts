import type { Instance, SystemStatus } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import { type InstanceList, isListed } from '../auth/credential.js';
import { packageVersion } from './version.js';

/**
 * Returns what tells the state of a server over a core, with the instances of a list counted; its uptime
 * counts from this call.
 */
export function createSystemStatus(llamactl: Llamactl): (instances: InstanceList) => SystemStatus {
  const version = packageVersion();
  const startedAtMs = performance.now();
  return (instances) => ({
    version,
    uptime: Math.floor((performance.now() - startedAtMs) / 1_000),
    instances: countInstances(llamactl.list().filter(({ name }) => isListed(instances, name))),
    resources: llamactl.resources(),
  });
}

/** Counts instances in all and by state; failed ones are stopped too, as they have no process. */
export function countInstances(instances: readonly Instance[]): SystemStatus['instances'] {
  const counts = { stopped: 0, starting: 0, running: 0, stopping: 0, failed: 0 };
  for (const { status } of instances) counts[status] += 1;
  return { ...counts, stopped: counts.stopped + counts.failed, total: instances.length };
}
