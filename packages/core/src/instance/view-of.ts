import type { Instance, InstanceDefinition } from '@llamactl/contract';
import type { Backend } from '../backends/backend.js';
import type { ActiveRun } from './active-run.js';
import { maskedDefinition } from './definition.js';
import type { Standing } from './instance-state.js';

/** An instance as answers show it. */
export function viewOf(
  definition: InstanceDefinition,
  backend: Pick<Backend, 'secretOptions'> | undefined,
  { standing, active }: { standing: Standing; active: ActiveRun | null },
): Instance {
  const { status, failure, lastExit, restarts, nextRestartAt, held } = standing;
  return {
    ...maskedDefinition(definition, backend?.secretOptions ?? new Set()),
    // While it runs, the port that it really has: a changed one counts from the next start.
    port: active?.port ?? definition.port,
    status,
    pid: active?.run.pid ?? null,
    held,
    failure,
    last_exit: structuredClone(lastExit),
    restarts,
    next_restart_at: nextRestartAt?.toISOString() ?? null,
  };
}
