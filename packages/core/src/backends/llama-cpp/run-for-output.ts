import { spawn } from 'node:child_process';

/** A program to run to its end. */
export interface OutputRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Most bytes to take of each of stdout and stderr; a program that writes more is killed. */
  readonly maxBytes: number;
}

/** What came out of a program, and why that is not to be trusted, or null if it ended well. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly problem: string | null;
}

/** Runs a program in a process group of its own, with a deadline and a cap. Never rejects. */
export function runForOutput(request: OutputRequest): Promise<Output> {
  const { file, args, env, timeoutMs, maxBytes } = request;
  return new Promise((resolve) => {
    const child = spawn(file, args, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let problem: string | null = null;
    const end = (why: string) => {
      problem ??= why;
      killGroup(child.pid);
      // A child of the program may hold the pipes open; what it writes is not waited for.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const collect = (stream: typeof child.stdout) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) end(`wrote more than ${maxBytes} bytes`);
        else chunks.push(chunk);
      });
      stream.on('error', () => {});
      return () => Buffer.concat(chunks).toString('utf8');
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const timer = setTimeout(() => end(`did not end within ${timeoutMs / 1000} s`), timeoutMs);

    child.once('error', (error) => {
      problem ??= `could not be started (${(error as NodeJS.ErrnoException).code ?? error.message})`;
      // When the start itself failed there is no `close` to wait for.
      if (child.pid === undefined) finish();
    });
    child.once('close', (code, signal) => {
      if (code !== 0) problem ??= signal ? `was ended by ${signal}` : `exited with ${code}`;
      finish();
    });
    const finish = () => {
      clearTimeout(timer);
      resolve({ stdout: stdout(), stderr: stderr(), problem });
    };
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
