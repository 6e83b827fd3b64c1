import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { spawnProgram, tempDir } from '@llamactl/testkit';

/** A system call of the program, by how many of its kind the thread had made before. */
export interface CallPoint {
  readonly call: string;
  readonly nth: number;
  /** The line of the trace. */
  readonly line: string;
}

/** What is done to a call: the program is killed at it, or it fails. */
export type Fault = 'signal=KILL' | 'error=ENOSPC' | 'error=EIO';

/** Whether strace is there and may trace. */
export const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;

/** Each way to change what is on the disk. */
const calls = ['write', 'pwrite64', 'fsync', 'fdatasync', 'rename', 'link', 'unlink'];

interface TracedRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly trace: string;
}

/** Runs a program of Node under strace; what it starts is not traced. */
async function runTraced(args: readonly string[], more: readonly string[]): Promise<TracedRun> {
  await using dir = await tempDir();
  const file = `${dir.path}/trace`;
  const options = ['-f', '-b', 'execve', '-qq', '-y', '-o', file, ...more];
  // strace counts the calls of each thread by itself: one thread does them all.
  await using traced = await spawnProgram('strace', [...options, process.execPath, ...args], {
    env: { UV_USE_IO_URING: '0', UV_THREADPOOL_SIZE: '1' },
  });
  await traced.exit;
  const { stdout, stderr } = traced;
  return { stdout, stderr, trace: await readFile(file, 'latin1') };
}

/** What a program did, in its order: changes in a folder, and what it said. */
export async function traceOf(args: readonly string[]): Promise<string[]> {
  const { trace } = await runTraced(args, ['-s', '200', '-e', `trace=${calls.join()}`]);
  return trace.split('\n').filter((line) => !line.includes('eventfd'));
}

/** Every call of a program that changes something in a folder, in their order. */
export async function callPoints(args: readonly string[], folder: string): Promise<CallPoint[]> {
  const { trace } = await runTraced(args, ['-e', `trace=${calls.join()}`]);
  const counts = new Map<string, number>();
  return trace.split('\n').flatMap((line) => {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (call === undefined) return [];
    const key = `${thread} ${call}`;
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    return line.includes(folder) ? { call, nth, line } : [];
  });
}

/**
 * Runs a program with a fault at a point.
 * @returns What it said; null when the fault came to another call, such as one that wakes a thread.
 */
export async function runWithFault(
  args: readonly string[],
  { call, nth }: CallPoint,
  { fault, folder }: { fault: Fault; folder: string },
): Promise<{ stdout: string; stderr: string } | null> {
  const inject = `inject=${call}:${fault}:when=${nth}`;
  const { trace, ...said } = await runTraced(args, ['-e', `trace=${call}`, '-e', inject]);
  if (fault === 'signal=KILL') {
    const last = trace.split('\n').findLast((line) => line.includes(`${call}(`));
    return last?.includes(folder) ? said : null;
  }
  const injected = trace.split('\n').filter((line) => line.includes('(INJECTED)'));
  return injected.length > 0 && injected.every((line) => line.includes(folder)) ? said : null;
}
