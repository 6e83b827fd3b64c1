import type { InstanceStatus } from '@llamactl/contract';

/**
 * Every move that an instance can make. `running` is left for `stopped` when the backend ends by itself
 * with exit code 0.
 */
export const instanceTransitions = {
  stopped: ['starting'],
  starting: ['running', 'stopping', 'failed'],
  running: ['stopping', 'failed', 'stopped'],
  stopping: ['stopped'],
  failed: ['starting', 'stopped'],
} as const satisfies Record<InstanceStatus, readonly InstanceStatus[]>;

/** Whether an instance may go from one state to another. */
export function canTransition(from: InstanceStatus, to: InstanceStatus): boolean {
  return (instanceTransitions[from] as readonly InstanceStatus[]).includes(to);
}
