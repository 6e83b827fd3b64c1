import { ownsListeningSocket } from '../ports/listening-socket.js';
import type { ProcessInfo } from '../process/process-table.js';
import { isResourceShortage } from '../process/resource-shortage.js';
import type { RunTree } from '../process/run-tree.js';

/**
 * Whether one of a run's processes listens on a port; null when that cannot be told.
 * @param table - All processes, to share one look at them. Default: looks now.
 */
export function ownsPort(
  port: number,
  tree: RunTree,
  table?: readonly ProcessInfo[],
): boolean | null {
  try {
    const pids = tree.scan(table).members.map((process) => process.pid);
    return ownsListeningSocket(port, pids);
  } catch (error) {
    if (isResourceShortage(error)) return null;
    throw error;
  }
}
