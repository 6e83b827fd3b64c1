import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LlamactlClient } from '@llamactl/client';
import { runInstance, startServer } from './server-program.mjs';

const settleMs = 5_000;

/**
 * Resident memory of the server program, in bytes, with each number of running instances, some seconds after the
 * last one got ready.
 * @param {{ llamaServer: string, model: string, folder: string, counts: readonly number[] }} options
 * @returns {Promise<{ instances: number, residentBytes: number }[]>}
 */
export async function serverMemory({ llamaServer, model, folder, counts }) {
  const server = await startServer(join(folder, 'memory'), {
    LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: llamaServer,
    LLAMACTL_RATE_LIMIT__ENABLED: 'false',
  });
  try {
    const client = new LlamactlClient({ baseUrl: server.url });
    const measured = [];
    let instances = 0;
    for (const count of counts) {
      while (instances < count) await runInstance(client, `bench-${instances++}`, model);
      await delay(settleMs);
      measured.push({ instances, residentBytes: await server.residentBytes() });
    }
    return measured;
  } finally {
    await server.stop();
  }
}
