import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LlamactlClient } from '@llamactl/client';
import { runInstance, startServer } from './server-program.mjs';

/**
 * Milliseconds from the start of a server program, after a `kill -9` of the one before it, until it answers that all
 * instances run.
 * @param {{ llamaServer: string, model: string, folder: string, instances: number, rounds: number }} options
 * @returns {Promise<number[]>}
 */
export async function timesToReadyAgain({ llamaServer, model, folder, instances, rounds }) {
  const settings = {
    LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: llamaServer,
    LLAMACTL_RATE_LIMIT__ENABLED: 'false',
  };
  let server = await startServer(join(folder, 'adopted'), settings);
  try {
    let client = new LlamactlClient({ baseUrl: server.url });
    for (let index = 0; index < instances; index++) {
      await runInstance(client, `bench-${index}`, model);
    }
    const times = [];
    for (let round = 0; round < rounds; round++) {
      await server.kill();
      const began = performance.now();
      server = await startServer(join(folder, 'adopted'), settings);
      client = new LlamactlClient({ baseUrl: server.url });
      while (!(await allRun(client))) await delay(1);
      times.push(performance.now() - began);
    }
    return times;
  } finally {
    await server.stop();
  }
}

/** @param {LlamactlClient} client */
async function allRun(client) {
  const instances = await client.listInstances();
  return instances.every(({ status }) => status === 'running');
}
