import type { Instance } from '@llamactl/client';
import { paintStatus } from './paint-status.js';
import { printable } from './printable.js';
import { table } from './table.js';

/** Instances as a table, or a word of help when there are none. */
export function instanceList(instances: readonly Instance[], colour: boolean): string {
  if (instances.length === 0) {
    return 'No instances yet. Make one: llamactl create NAME --model PATH\n';
  }
  const rows = instances.map(({ name, status, failure, port, pid, model_path }) => [
    name,
    failure === null ? status : `${status} (${failure})`,
    String(port),
    pid === null ? '-' : String(pid),
    printable(model_path),
  ]);
  const statusColumn = 1;
  return table([['NAME', 'STATUS', 'PORT', 'PID', 'MODEL'], ...rows], (cell, row, column) => {
    const instance = instances[row - 1];
    if (instance === undefined || column !== statusColumn) return cell;
    return paintStatus(cell, instance.status, colour);
  });
}
