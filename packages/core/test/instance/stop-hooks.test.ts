import { join } from 'node:path';
import { makeFakeCommand, makeTinyGguf, ownPorts, tempDir } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { createLlamactl, llamaCpp } from '../../src/index.js';

async function scene() {
  const dir = await tempDir();
  const command = await makeFakeCommand('ready', { dir: dir.path });
  const llamactl = await createLlamactl({
    portRange: ownPorts(),
    backends: { 'llama-cpp': llamaCpp({ command }) },
  });
  const model_path = await makeTinyGguf(join(dir.path, 'model.gguf'));
  await llamactl.create({ name: 'a', model_path });
  const run = async () => {
    await llamactl.start('a');
    await llamactl.waitForStatus('a', 'running', { timeoutMs: 30_000 });
  };
  await run();
  const dispose = async () => {
    await llamactl.dispose();
    await dir.remove();
  };
  return { llamactl, run, [Symbol.asyncDispose]: dispose };
}

it('is stopped only when what comes before its stop is through', async () => {
  await using test = await scene();
  const { llamactl } = test;
  let finish = () => {};
  const told: unknown[] = [];
  llamactl.beforeStop((stop) => {
    told.push({ ...stop, status: llamactl.get('a').status });
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  await llamactl.stop('a', { timeoutMs: 20_000 });
  expect(told).toEqual([{ name: 'a', timeoutMs: 20_000, status: 'stopping' }]);
  const { pid } = llamactl.get('a');
  expect(() => process.kill(Number(pid), 0)).not.toThrow();
  finish();
  await llamactl.waitForStatus('a', 'stopped', { timeoutMs: 15_000 });
});

it('is stopped in time, whatever comes before it: what breaks, or what never ends', async () => {
  await using test = await scene();
  const { llamactl } = test;
  llamactl.beforeStop(() => Promise.reject(new Error('broken')));
  const remove = llamactl.beforeStop(() => new Promise(() => {}));
  await llamactl.stop('a', { timeoutMs: 300 });
  await llamactl.waitForStatus('a', 'stopped', { timeoutMs: 10_000 });
  remove();
  await test.run();
  await llamactl.stop('a', { timeoutMs: 30_000 });
  await llamactl.waitForStatus('a', 'stopped', { timeoutMs: 10_000 });
});

it('is held by a stop on purpose until it is started, and not by another', async () => {
  await using test = await scene();
  const { llamactl } = test;
  await llamactl.stop('a', { hold: false });
  await llamactl.waitForStatus('a', 'stopped');
  expect(llamactl.get('a').held).toBe(false);
  await test.run();
  await llamactl.stop('a');
  await llamactl.waitForStatus('a', 'stopped');
  expect(llamactl.get('a').held).toBe(true);
  await test.run();
  expect(llamactl.get('a').held).toBe(false);
  await llamactl.restart('a');
  expect(llamactl.get('a').held).toBe(false);
});
