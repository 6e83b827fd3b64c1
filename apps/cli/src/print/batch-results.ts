import type { BatchResult } from '@llamactl/client';
import { printable } from './printable.js';
import { table } from './table.js';

/** What became of each instance, as a table. */
export function batchResults(results: readonly BatchResult[]): string {
  if (results.length === 0) return 'No instances.\n';
  const rows = results.map(({ name, result, code }) => [
    name,
    code === undefined ? result : `${result} (${printable(code)})`,
  ]);
  return table([['NAME', 'RESULT'], ...rows]);
}
