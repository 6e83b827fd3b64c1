import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A program to run to its end. */
export interface OutputRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Most bytes to take of each of stdout and stderr; a program that writes more is killed. */
  readonly maxBytes: number;
}

/** What came out of a program, and what went wrong with it, or null if it ended well. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly problem: string | null;
}

/**
 * Runs a program in a process group of its own, with a deadline and a cap.
 * @throws the system's error when it cannot be started
 */
export async function runForOutput(request: OutputRequest): Promise<Output> {
  const { file, args, env, timeoutMs, maxBytes } = request;
  const child = spawn(file, args, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  failed.catch(() => {});
  // Out of file handles, Node makes no streams and tells the error in the next tick.
  if (!(child.stdout && child.stderr)) return failed;

  let problem: string | null = null;
  const cut = (why: string) => {
    problem ??= why;
    killGroup(child);
    // A child of the program may hold the pipes open; what it writes is not waited for.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const tooMuch = () => cut(`wrote more than ${maxBytes} bytes`);
  const stdout = collect(child.stdout, maxBytes, tooMuch);
  const stderr = collect(child.stderr, maxBytes, tooMuch);
  const timer = setTimeout(() => cut(`did not end within ${timeoutMs / 1000} s`), timeoutMs);
  try {
    const { code, signal } = await Promise.race([closed(child), failed]);
    if (code !== 0) problem ??= signal === null ? `exited with ${code}` : `was ended by ${signal}`;
    return { stdout: stdout(), stderr: stderr(), problem };
  } finally {
    clearTimeout(timer);
  }
}

function collect(stream: Readable, maxBytes: number, tooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) tooMuch();
    else chunks.push(chunk);
  });
  stream.on('error', () => {});
  return () => Buffer.concat(chunks).toString('utf8');
}

function closed(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
