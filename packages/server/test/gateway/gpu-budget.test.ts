import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeNvidiaSmi, tempDir, waitFor } from '@llamactl/testkit';
import { afterEach, expect, it, vi } from 'vitest';
import { gatewayScene } from '../support/gateway-scene.js';

const million = 1_000_000;
/** For two by what they take of the machine's memory, and for one with what it takes of a GPU. */
const memory_budget = 400 * million;
const server = { config: { metrics: { interval: 0.1 } } };

afterEach(() => void vi.unstubAllEnvs());

async function scene() {
  const at = await gatewayScene({ instances: { memory_budget }, server });
  for (const name of ['a', 'b']) {
    const model_path = join(at.dir, `${name}.gguf`);
    await writeFile(model_path, '');
    await truncate(model_path, 100 * million);
    await at.create(name, { model_path });
  }
  const ask = async (name: string) => expect((await at.chat(name)).status).toBe(200);
  const running = () =>
    at.llamactl.list().flatMap(({ name, status }) => (status === 'running' ? [name] : []));
  return { ...at, ask, running };
}

it('what an instance takes of a GPU counts, as does the most of its last run', async () => {
  await using bin = await tempDir();
  await makeNvidiaSmi(bin.path, { used: 290 });
  vi.stubEnv('PATH', `${bin.path}:${process.env.PATH}`);
  await using at = await scene();
  const gpuBytes = 290 * 2 ** 20;
  const { llamactl } = at;
  await at.ask('a');
  // The gateway hears of new figures by the same event, and before us.
  await new Promise<void>((resolve) => {
    llamactl.on('instance_stats_updated', ({ instance: { name } }) => {
      if (name === 'a' && llamactl.memoryOf('a')?.gpuBytes === gpuBytes) resolve();
    });
  });
  await at.ask('b');
  expect(at.running()).toEqual(['b']);
  // By then b may not have been seen: a is too large for company by its last run.
  await at.ask('a');
  expect(at.running()).toEqual(['a']);
});

it('what nobody tells of GPUs does not count', async () => {
  await using bin = await tempDir();
  await makeNvidiaSmi(bin.path, { used: '[N/A]' });
  vi.stubEnv('PATH', `${bin.path}:${process.env.PATH}`);
  await using at = await scene();
  await at.ask('a');
  await waitFor(() => at.llamactl.memoryOf('a'), { timeoutMs: 30_000 });
  await at.ask('b');
  expect(at.running()).toEqual(['a', 'b']);
});
