import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createLlamactl, type Llamactl, llamaCpp } from '@llamactl/core';
import { createServer } from '@llamactl/server';
import { makeFakeCommand, makeTinyGguf, tempDir } from '@llamactl/testkit';

/** A server in this process that takes its time to start a process, so that a restart is seen `stopped`. */
export interface SlowSpawnServer extends AsyncDisposable {
  readonly port: number;
  readonly llamactl: Llamactl;
  /** Path of a tiny model. */
  readonly model: string;
}

/**
 * @param spawnMs - time before a process is started, in milliseconds
 * @param loadMs - time that it loads for, in milliseconds
 */
export async function slowSpawnServer(spawnMs: number, loadMs: number): Promise<SlowSpawnServer> {
  const dir = await tempDir('llamactl-slow-');
  const model = await makeTinyGguf(join(dir.path, 'tiny.gguf'));
  const command = await makeFakeCommand('ready-after', { dir: dir.path, delayMs: loadMs });
  const backend = llamaCpp({ command });
  const launch: typeof backend.launch = async (...given) => {
    await delay(spawnMs);
    return backend.launch(...given);
  };
  const llamactl = await createLlamactl({
    backends: { 'llama-cpp': Object.assign(Object.create(backend), { launch }) },
    stopTimeoutMs: 5_000,
  });
  const server = await createServer({ port: 0, llamactl });
  return {
    port: server.port,
    llamactl,
    model,
    async [Symbol.asyncDispose]() {
      await server.close({ force: true });
      await llamactl.dispose();
      await dir.remove();
    },
  };
}
