import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LlamactlClient } from '@llamactl/client';
import { freePort, spawnProgram } from '@llamactl/testkit';
import { startServer } from './server-program.mjs';

const models = /** @type {const} */ (['one', 'two']);

/**
 * Milliseconds from a request to one of two models to its answer of one token, when the other one is loaded and there
 * is room for one: here, and by llama-server's own router.
 * @param {{ llamaServer: string, model: string, folder: string, rounds: number }} options
 * @returns {Promise<{ who: string, times: number[] }[]>}
 */
export async function timesToSwap(options) {
  const folder = join(options.folder, 'swap');
  await mkdir(join(folder, 'models'), { recursive: true });
  const paths = models.map((name) => join(folder, 'models', `${name}.gguf`));
  for (const path of paths) await cp(options.model, path);
  return [
    { who: 'ours', times: await ours({ ...options, folder }, paths) },
    { who: 'router', times: await router({ ...options, folder }) },
  ];
}

/**
 * @param {{ llamaServer: string, folder: string, rounds: number }} options
 * @param {readonly string[]} paths
 */
async function ours({ llamaServer, folder, rounds }, paths) {
  const server = await startServer(join(folder, 'swap'), {
    LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: llamaServer,
    LLAMACTL_INSTANCES__MAX_RUNNING: '1',
  });
  try {
    const client = new LlamactlClient({ baseUrl: server.url });
    for (const [index, model_path] of paths.entries()) {
      const options = { threads: 1, context_size: 512, parallel: 1 };
      await client.createInstance({ name: models[index] ?? '', model_path, options });
    }
    return await measure(server.url, rounds);
  } finally {
    await server.stop();
  }
}

/** @param {{ llamaServer: string, folder: string, rounds: number }} options */
async function router({ llamaServer, folder, rounds }) {
  const port = await freePort();
  const settings = ['--models-max', '1', '-t', '1', '-c', '512', '-np', '1'];
  const args = ['--models-dir', join(folder, 'models'), '--port', String(port), ...settings];
  const program = await spawnProgram(llamaServer, args);
  try {
    await program.waitForLine(/listening on/, { timeoutMs: 20_000 });
    return await measure(`http://127.0.0.1:${port}`, rounds);
  } finally {
    await program.killTree();
  }
}

/**
 * @param {string} url
 * @param {number} rounds
 */
async function measure(url, rounds) {
  const times = [];
  // The first start of each reads files that nobody has read yet.
  for (let round = -models.length; round < rounds; round++) {
    const model = models[Math.abs(round) % models.length] ?? '';
    const began = performance.now();
    await complete(url, model);
    if (round >= 0) times.push(performance.now() - began);
  }
  return times;
}

/**
 * @param {string} url
 * @param {string} model
 */
async function complete(url, model) {
  const answer = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, prompt: 'Hello', max_tokens: 1 }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${model} was answered ${answer.status}: ${text}`);
}
