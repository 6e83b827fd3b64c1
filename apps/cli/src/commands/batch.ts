import type { BatchResult } from '@llamactl/client';
import type { CommandContext, Flag } from '../command.js';
import { batchResults } from '../print/batch-results.js';
import { json } from '../print/json.js';

/** The flag of commands that can be given to all instances. */
export const allFlag = {
  type: 'boolean',
  summary: 'All instances instead of one; does not wait',
} as const satisfies Flag;

/** Does something to all instances and prints what became of each; exit code 1 when it failed for one. */
export async function runBatch(
  { io, json: asJson }: CommandContext,
  act: () => Promise<BatchResult[]>,
): Promise<number> {
  const results = await act();
  io.out(asJson ? json(results) : batchResults(results));
  return results.some(({ result }) => result === 'error') ? 1 : 0;
}
