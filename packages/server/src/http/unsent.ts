import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/**
 * What the system has still to bring to the other side of a connection, as text that changes with it; null where it
 * does not tell. Linux only: `tx_queue` in `/proc/net/tcp`.
 */
export async function unsentOf({ localPort, remotePort }: Socket): Promise<string | null> {
  if (localPort === undefined || remotePort === undefined) return null;
  const ports = new RegExp(`:${hex(localPort)} [0-9A-F]+:${hex(remotePort)} .. ([0-9A-F]+):`, 'g');
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readIfThere));
  const found = [...tables.join('').matchAll(ports)].map(([, queue = '']) => queue);
  return found.length > 0 ? found.join() : null;
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

function readIfThere(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}
