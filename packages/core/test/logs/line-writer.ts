import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../../testkit/src/resources/wait-for.js';

/** A real program that writes numbered lines to a log file, as a backend does. */
export interface LineWriter extends AsyncDisposable {
  readonly pid: number;
  /** Lets one that is held begin. */
  begin(): void;
  /** Resolves when it has written its last line. */
  readonly ended: Promise<void>;
  /** Stops it until the returned function is called: the `pauseWriters` of a log. */
  pause(): Promise<(() => void) | null>;
}

/**
 * @param lines - How many it writes; 0 for no end.
 * @param bytesPerSecond - 0 for as fast as they go.
 * @param options.isHeld - Whether it waits for `begin`, so that nothing comes before a test is ready for it.
 */
export function startLineWriter(
  file: string,
  lines: number,
  bytesPerSecond: number,
  { isHeld = false } = {},
): LineWriter {
  const program = fileURLToPath(new URL('numbered-lines.mjs', import.meta.url));
  const log = openSync(file, 'a', 0o600);
  const child = spawn(process.execPath, [program, String(lines), String(bytesPerSecond)], {
    stdio: [isHeld ? 'pipe' : 'ignore', log, 'inherit'],
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error('the writer could not be started');
  const ended = once(child, 'exit').then(() => {});
  return {
    pid,
    begin: () => void child.stdin?.end(),
    ended,
    pause: () => pause(child, pid),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function pause(child: ChildProcess, pid: number): Promise<(() => void) | null> {
  if (!child.kill('SIGSTOP')) return null;
  await waitFor(() => child.exitCode !== null || stateOf(pid) === 'T', {
    message: 'the writer to stop',
  });
  return () => child.kill('SIGCONT');
}

function stateOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
}
