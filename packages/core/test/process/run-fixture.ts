import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FakeBackendName,
  fakeBackendPath,
  freePort,
  processesWithMarker,
  tempDir,
  waitFor,
} from '@llamactl/testkit';
import type { Run, RunSpec } from '../../src/process/run.js';
import { startRun } from '../../src/process/start-run.js';

/** A folder for runs, and specs of runs in it. */
export interface RunFixture extends AsyncDisposable {
  readonly path: string;
  readonly logFile: string;
  /** A run of an executable; its environment has a PATH only. */
  spec(file: string, args?: readonly string[], changes?: Partial<RunSpec>): RunSpec;
  /** A run of a shell program. */
  shell(program: string, changes?: Partial<RunSpec>): RunSpec;
  /** Starts one of the test kit's fake backends and waits until it says that it listens. */
  startFake(name: FakeBackendName, changes?: Partial<RunSpec>, port?: number): Promise<Run>;
  /** Starts a shell program and waits until it has written `ready`. */
  startShell(program: string, changes?: Partial<RunSpec>): Promise<Run>;
  readLog(): Promise<string>;
}

/** Whatever lives of the runs in it is killed when it is disposed of. */
export async function runFixture(): Promise<RunFixture> {
  const dir = await tempDir();
  const logFile = join(dir.path, 'instance.log');
  const mark = `LLAMACTL_INSTANCE=test-${randomUUID()}`;
  const readLog = () => readFile(logFile, 'utf8');
  const spec: RunFixture['spec'] = (file, args = [], changes = {}) => ({
    launch: { file, args, env: { PATH: process.env.PATH ?? '' } },
    runDir: join(dir.path, 'runs', randomUUID()),
    logFile,
    instance: mark.slice(mark.indexOf('=') + 1),
    tied: false,
    ...changes,
  });
  const shell: RunFixture['shell'] = (program, changes) =>
    spec('/bin/sh', ['-c', program, 'program'], changes);
  const startAndWait = async (runSpec: RunSpec, word: string) => {
    const run = await startRun(runSpec);
    await waitFor(async () => (await readLog()).includes(word), { message: word });
    return run;
  };
  return {
    path: dir.path,
    logFile,
    spec,
    shell,
    startShell: (program, changes) => startAndWait(shell(program, changes), 'ready'),
    async startFake(name, changes, port) {
      const listensOn = String(port ?? (await freePort()));
      const args = ['--host', '127.0.0.1', '--port', listensOn, '-m', 'model.gguf'];
      return startAndWait(spec(fakeBackendPath(name), args, changes), 'listening on');
    },
    readLog,
    async [Symbol.asyncDispose]() {
      for (const pid of processesWithMarker(mark)) process.kill(pid, 'SIGKILL');
      await dir.remove();
    },
  };
}

/** Pids of whatever lives of a run and has its marker, shim and guard included. */
export function livingOf(run: Pick<Run, 'token'>): number[] {
  return processesWithMarker(`LLAMACTL_RUN=${run.token}`);
}
