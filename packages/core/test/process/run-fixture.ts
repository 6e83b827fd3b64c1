import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import type { RunSpec } from '../../src/process/run.js';

/** A folder for runs, and specs of runs in it. */
export interface RunFixture extends AsyncDisposable {
  readonly path: string;
  readonly logFile: string;
  /** A run of an executable; its environment has a PATH only. */
  spec(file: string, args?: readonly string[], changes?: Partial<RunSpec>): RunSpec;
  /** A run of a shell program; `$1` and so on are its arguments. */
  shell(program: string, args?: readonly string[], changes?: Partial<RunSpec>): RunSpec;
  readLog(): Promise<string>;
}

export async function runFixture(): Promise<RunFixture> {
  const dir = await tempDir();
  const logFile = join(dir.path, 'instance.log');
  const spec: RunFixture['spec'] = (file, args = [], changes = {}) => ({
    launch: { file, args, env: { PATH: process.env.PATH ?? '' } },
    runDir: join(dir.path, 'runs', randomUUID()),
    logFile,
    instance: 'llama',
    tied: false,
    ...changes,
  });
  return {
    path: dir.path,
    logFile,
    spec,
    shell: (program, args = [], changes = {}) =>
      spec('/bin/sh', ['-c', program, 'program', ...args], changes),
    readLog: () => readFile(logFile, 'utf8'),
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}
