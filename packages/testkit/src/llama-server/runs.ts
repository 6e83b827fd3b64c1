import { execFile } from 'node:child_process';

/** Undefined when `program --version` exits with 0, else what went wrong. */
export function whyNotRunning(program: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: 10_000 }, (error, _, stderr) => {
      resolve(error ? stderr.trim() || error.message : undefined);
    });
  });
}
