import { type BatchResult, LlamactlError } from '@llamactl/contract';
import type { StopOptions } from '../llamactl.js';
import type { StartQueue } from './start-queue.js';
import type { SupervisedInstance } from './supervised-instance.js';

/** Starts what is idle, or queues it; see `Llamactl.startAll`. */
export async function startAll(
  instances: readonly SupervisedInstance[],
  queue: StartQueue<SupervisedInstance>,
): Promise<BatchResult[]> {
  const idle = new Set(instances.filter(({ isIdle }) => isIdle));
  const codes = new Map<SupervisedInstance, string>();
  await queue.add([...idle], (instance, error) => codes.set(instance, codeOf(error)));
  return instances.map((instance): BatchResult => {
    const { name } = instance;
    const code = codes.get(instance);
    if (code !== undefined) return { name, result: 'error', code };
    if (queue.has(instance) && instance.isIdle) return { name, result: 'queued' };
    return { name, ...(idle.has(instance) ? outcomeOf(instance) : { result: 'skipped' }) };
  });
}

/** What has become of a start by now. */
function outcomeOf({ status }: SupervisedInstance): Omit<BatchResult, 'name'> {
  if (status === 'failed') return { result: 'error', code: 'INSTANCE_FAILED' };
  if (status === 'stopping') return { result: 'stopping' };
  return { result: status === 'stopped' ? 'skipped' : 'started' };
}

/** Begins to stop what has a process; see `Llamactl.stopAll`. */
export async function stopAll(
  instances: readonly SupervisedInstance[],
  queue: StartQueue<SupervisedInstance>,
  options: StopOptions,
): Promise<BatchResult[]> {
  for (const instance of instances) queue.forget(instance);
  return Promise.all(
    instances.map(async (instance): Promise<BatchResult> => {
      const { name } = instance;
      try {
        return { name, result: (await instance.stopIfActive(options)) ? 'stopping' : 'skipped' };
      } catch (error) {
        return { name, result: 'error', code: codeOf(error) };
      }
    }),
  );
}

function codeOf(error: unknown): string {
  return LlamactlError.is(error) ? error.code : 'INTERNAL_ERROR';
}
