import type { SystemStatus } from '@llamactl/client';

/** How many instances there are, as in `3 (1 running, 2 stopped)`; failed ones are told apart from stopped ones. */
export function instanceCounts(counts: SystemStatus['instances']): string {
  const { total, running, starting, stopping, stopped, failed } = counts;
  const parts = Object.entries({ running, starting, stopping, failed, stopped: stopped - failed })
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  return parts.length === 0 ? `${total}` : `${total} (${parts.join(', ')})`;
}
