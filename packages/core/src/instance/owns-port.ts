import { ownsListeningSocket } from '../ports/listening-socket.js';
import { isResourceShortage } from '../process/resource-shortage.js';
import type { RunTree } from '../process/run-tree.js';

/** Whether one of a run's processes listens on a port; null when that cannot be told. */
export function ownsPort(port: number, tree: RunTree): boolean | null {
  try {
    const pids = tree.scan().members.map((process) => process.pid);
    return ownsListeningSocket(port, pids);
  } catch (error) {
    if (isResourceShortage(error)) return null;
    throw error;
  }
}
