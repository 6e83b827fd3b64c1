import { join } from 'node:path';
import {
  type FakeBackendName,
  type FakeParameters,
  freePort,
  makeFakeCommand,
  makeTinyGguf,
  ownPorts,
  type SpawnedProgram,
  spawnProgram,
  tempDir,
} from '@llamactl/testkit';
import { builtFile } from './built-file.js';

/** A `llamactl-server` program that can be killed and started again at the same address, over the same data. */
export interface LiveServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Path of a tiny model. */
  readonly model: string;
  /** Kills it at once, as a crash does. */
  crash(): Promise<void>;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>;
  /** Starts it, and waits until it listens. */
  start(): Promise<void>;
}

/** Starts the server over a fake backend; `settings` are further environment variables. */
export async function liveServer(
  fake: FakeBackendName = 'ready',
  parameters: FakeParameters = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<LiveServer> {
  const file = builtFile('packages/server/dist/cli.js');
  const dir = await tempDir('llamactl-live-');
  const model = await makeTinyGguf(join(dir.path, 'tiny.gguf'));
  const port = await freePort();
  const env = {
    LLAMACTL_SERVER__PORT: String(port),
    LLAMACTL_INSTANCES__PORT_RANGE: JSON.stringify(ownPorts()),
    // A test asks more than anybody.
    LLAMACTL_RATE_LIMIT__ENABLED: 'false',
    LLAMACTL_DATA_DIR: join(dir.path, 'data'),
    LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: await makeFakeCommand(fake, {
      dir: dir.path,
      ...parameters,
    }),
    ...settings,
  };
  const programs: SpawnedProgram[] = [];
  const server: LiveServer = {
    url: `http://127.0.0.1:${port}`,
    port,
    model,
    crash: async () => void (await programs.at(-1)?.kill('SIGKILL')),
    stop: async () => void (await programs.at(-1)?.kill('SIGTERM')),
    async start() {
      const program = await spawnProgram(process.execPath, [file], { cwd: dir.path, env });
      programs.push(program);
      await program.waitForLine(/listening on/, { timeoutMs: 30_000 });
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      for (const program of programs) await program.killTree();
      await dir.remove();
    },
  };
  await server.start();
  return server;
}
