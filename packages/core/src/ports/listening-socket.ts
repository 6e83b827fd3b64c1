import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isResourceShortage } from '../process/resource-shortage.js';

/**
 * Whether one of some processes is the one that listens on a TCP port, whatever the address. Read from
 * `/proc/net/tcp`, `/proc/net/tcp6` and `/proc/PID/fd`.
 *
 * @param table - What {@link readSocketTable} gave, to share one look at it. Default: looks now.
 * @returns false when another program listens, or none; null when it cannot be told: on systems other
 *   than Linux, when none of the processes may be looked into, or when there are too many open files.
 */
export function ownsListeningSocket(
  port: number,
  pids: readonly number[],
  table?: readonly string[],
): boolean | null {
  if (process.platform !== 'linux') return null;
  try {
    return look(port, pids, table ?? readSocketTable());
  } catch (error) {
    if (isResourceShortage(error)) return null;
    throw error;
  }
}

/** The rows of all TCP sockets; to read them takes long (40 ms) on a machine with many. */
export function readSocketTable(): readonly string[] {
  return [...readTable('tcp'), ...readTable('tcp6')];
}

function look(port: number, pids: readonly number[], table: readonly string[]): boolean | null {
  const inodes = listeningInodes(port, table);
  if (inodes.size === 0) return false;
  const sockets = pids.map(socketsOf);
  if (sockets.some((found) => found?.some((inode) => inodes.has(inode)))) return true;
  return sockets.length > 0 && sockets.every((found) => found === null) ? null : false;
}

/** State TCP_LISTEN of the kernel. */
const listening = '0A';

function listeningInodes(port: number, lines: readonly string[]): Set<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = lines.flatMap((line) => {
    if (!line.includes(suffix)) return [];
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return state === listening && local.endsWith(suffix) ? [inode] : [];
  });
  return new Set(inodes);
}

function readTable(name: string): string[] {
  try {
    return readFileSync(`/proc/net/${name}`, 'latin1').split('\n').slice(1);
  } catch (error) {
    if (isResourceShortage(error)) throw error;
    return []; // a machine without IPv6 has no tcp6
  }
}

/** Inodes of a process's sockets; none of one that is gone, null of one that may not be looked into. */
function socketsOf(pid: number): string[] | null {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((name) => socketInode(`${folder}/${name}`) ?? []);
  } catch (error) {
    if (isResourceShortage(error)) throw error;
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : null;
  }
}

function socketInode(path: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1];
  } catch {
    return undefined; // closed meanwhile
  }
}
