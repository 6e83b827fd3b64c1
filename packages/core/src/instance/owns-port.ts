import { ownsListeningSocket } from '../ports/listening-socket.js';
import type { ProcessInfo } from '../process/process-table.js';
import { isResourceShortage } from '../process/resource-shortage.js';
import type { RunTree } from '../process/run-tree.js';

/**
 * Whether one of a run's processes listens on a port; null when that cannot be told.
 * @param shared - All processes and sockets, to share one look at them. Default: looks now.
 */
export function ownsPort(
  port: number,
  tree: RunTree,
  shared: { processes?: readonly ProcessInfo[]; sockets?: readonly string[] } = {},
): boolean | null {
  try {
    const pids = tree.scan(shared.processes).members.map((process) => process.pid);
    return ownsListeningSocket(port, pids, shared.sockets);
  } catch (error) {
    if (isResourceShortage(error)) return null;
    throw error;
  }
}
