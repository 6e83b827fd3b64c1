import { setTimeout as delay } from 'node:timers/promises';
import { waitPortFree } from '../ports/wait-port-free.js';
import { createStopper, type StopRunOptions } from '../process/stop-run.js';
import type { ActiveRun } from './active-run.js';

const retryMs = 1_000;
const portTimeoutMs = 1_000;

/**
 * Stops whatever lives of a run and resolves when nothing of it does, and its port is free. A process
 * that cannot be killed now (it waits inside the kernel, for a dead network disk say) is tried again
 * until it is gone.
 *
 * @param tries - How often at most. Default: without end.
 * @returns Whether nothing of it lives any more.
 */
export async function emptyTree(
  active: ActiveRun,
  options: StopRunOptions,
  tries = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  let attempt: Promise<unknown> = active.stopper.stop(options);
  for (let tried = 1; !(await succeeds(attempt)); tried++) {
    if (tried >= tries) return false;
    await delay(retryMs);
    attempt = createStopper(active.run).stop({ force: true, timeoutMs: 0 });
  }
  // Another program may have taken the port at once; that is not ours to wait for.
  await succeeds(waitPortFree(active.host, active.port, { timeoutMs: portTimeoutMs }));
  return true;
}

function succeeds(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}
