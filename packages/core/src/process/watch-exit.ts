import { closeSync, constants, openSync, readSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { constants as system } from 'node:os';
import { join } from 'node:path';
import { isSameProcess } from './identity.js';
import { isResourceShortage } from './resource-shortage.js';
import type { ProcessIdentity, RunExit } from './run.js';

const pollMs = 1000;

/** Whose end is waited for. */
export interface ExitWatch {
  readonly backend: ProcessIdentity;
  readonly shim: ProcessIdentity;
  /** Ends the wait and closes what it holds open. */
  readonly signal?: AbortSignal;
}

/**
 * Waits for the end of a run's backend, whoever its parent is. Neither this wait nor what it holds open
 * keeps the event loop alive.
 *
 * The FIFO in the run folder ends when the shim does; what the shim wrote then says how the backend
 * ended. A shim that was killed alone writes nothing: the backend is then looked at each second, and how
 * it ended stays unknown. So it is, but for the last, when the FIFO cannot be opened. One that was stopped
 * writes nothing either, but holds the FIFO open: see `endStoppedShim`.
 *
 * @returns A promise that never rejects; once `signal` has aborted, it stays open.
 */
export async function watchExit(
  runDir: string,
  { backend, shim, signal }: ExitWatch,
): Promise<RunExit> {
  await whenEnded(openFifo(join(runDir, 'fifo')), signal);
  for (;;) {
    if (signal?.aborted) return new Promise(() => {});
    const exit = await look(runDir, [backend, shim]).catch(() => null);
    if (exit !== null) return exit;
    await new Promise((resolve) => setTimeout(resolve, pollMs).unref());
  }
}

/** How it ended, or null while it is under way. @throws Error when that cannot be seen for now. */
async function look(
  runDir: string,
  processes: readonly ProcessIdentity[],
): Promise<RunExit | null> {
  const isUnderWay = processes.some(isSameProcess);
  // Looked at second, so that a shim which ended between the two has written it.
  const written = await readExit(runDir);
  if (written !== null) return written;
  return isUnderWay ? null : { code: null, signal: null, at: new Date().toISOString() };
}

/** Returns a descriptor that has a writer, or null when the shim is gone or no descriptor is to be had. */
function openFifo(path: string): number | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  if (hasWriter(descriptor)) return descriptor;
  closeSync(descriptor);
  return null;
}

/** A FIFO that had no writer when it was opened never tells its end; but a read does. */
function hasWriter(descriptor: number): boolean {
  try {
    return readSync(descriptor, Buffer.alloc(1)) > 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN';
  }
}

function whenEnded(descriptor: number | null, signal?: AbortSignal): Promise<void> {
  if (descriptor === null) return Promise.resolve();
  return new Promise((resolve) => {
    // A socket, because a file stream would block a thread and hang the exit of this process.
    const socket = new Socket({ fd: descriptor, readable: true, writable: false });
    socket.on('error', () => {}).on('close', () => resolve());
    socket.unref().resume();
    if (signal?.aborted) socket.destroy();
    signal?.addEventListener('abort', () => socket.destroy(), { once: true });
  });
}

/** What the shim wrote; null while there is no complete line. */
async function readExit(runDir: string): Promise<RunExit | null> {
  const file = join(runDir, 'exit');
  try {
    const [text, { mtime }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    const status = /^(\d+)\n$/.exec(text)?.[1];
    return status === undefined ? null : { ...exitOf(Number(status)), at: mtime.toISOString() };
  } catch (error) {
    if (isResourceShortage(error)) throw error;
    return null;
  }
}

/** A shell shows the end by signal N as 128 + N. */
function exitOf(status: number): Pick<RunExit, 'code' | 'signal'> {
  const signal = Object.entries(system.signals).find(([, number]) => number === status - 128);
  return signal === undefined ? { code: status, signal: null } : { code: null, signal: signal[0] };
}
