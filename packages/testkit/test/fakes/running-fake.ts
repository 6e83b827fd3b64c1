import {
  type FakeBackendName,
  fakeBackendPath,
  freePort,
  type SpawnedProgram,
  spawnProgram,
} from '../../src/index.js';

/** A fake that was started, and how to ask it. */
export interface RunningFake extends AsyncDisposable {
  readonly program: SpawnedProgram;
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
  readonly post: (path: string, body?: unknown) => Promise<Response>;
}

/** Starts a fake on a free port. */
export async function run(name: FakeBackendName, ...more: string[]): Promise<RunningFake> {
  const port = await freePort();
  const standard = ['--host', '127.0.0.1', '--port', String(port), '-m', 'model.gguf', '--unknown'];
  const program = await spawnProgram(fakeBackendPath(name), [...standard, ...more]);
  const url = `http://127.0.0.1:${port}`;
  return {
    program,
    get: (path, init) => fetch(url + path, init),
    post: (path, body = {}) => fetch(url + path, { method: 'POST', body: JSON.stringify(body) }),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** Starts a fake and waits until it says that it is ready. */
export async function runReady(name: FakeBackendName, ...more: string[]): Promise<RunningFake> {
  const fake = await run(name, ...more);
  await fake.program.waitForLine(
    /^\d\.\d\d\.\d{3}\.\d{3} I srv {2}llama_server: listening on http/,
  );
  return fake;
}
