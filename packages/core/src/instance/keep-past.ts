import type { InstancePast } from '../storage/past-store.js';
import type { InstanceContext } from './instance-context.js';

/** Keeps how an instance ended. When that fails it goes on as it is, and the owner is told. */
export async function keepPast(
  { pasts, onWarning }: Pick<InstanceContext, 'pasts' | 'onWarning'>,
  past: InstancePast,
): Promise<void> {
  try {
    await pasts.put(past);
  } catch (error) {
    onWarning(`How "${past.instance}" ended could not be written down`, error);
  }
}
