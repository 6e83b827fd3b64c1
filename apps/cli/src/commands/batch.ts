import type { BatchResult } from '@llamactl/client';
import { UsageError } from '../arguments/usage-error.js';
import type { Command, CommandContext, Flag } from '../command.js';
import { batchResults } from '../print/batch-results.js';
import { json } from '../print/json.js';

/** The flag of commands that can be given to all instances. */
export const allFlag = {
  type: 'boolean',
  summary: 'All instances instead of one; does not wait',
} as const satisfies Flag;

/**
 * Does something to all instances and prints what became of each; exit code 1 when it failed for one.
 *
 * @throws UsageError for a flag that is about one instance
 */
export async function runBatch(
  { io, flags, json: asJson }: CommandContext,
  command: Command,
  act: () => Promise<BatchResult[]>,
): Promise<number> {
  const other = Object.keys(command.flags).find((name) => name !== 'all' && flags.has(name));
  if (other !== undefined) {
    throw new UsageError(`--${other} cannot go with --all, which does not wait.`, command);
  }
  const results = await act();
  io.out(asJson ? json(results) : batchResults(results));
  return results.some(({ result }) => result === 'error') ? 1 : 0;
}
