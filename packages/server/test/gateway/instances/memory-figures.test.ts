import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from '@llamactl/contract';
import { sampleInstance, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { MemoryFigures } from '../../../src/gateway/instances/memory-figures.js';

async function figuresOf(bytes: number) {
  const dir = await tempDir();
  const model_path = join(dir.path, 'model.gguf');
  await writeFile(model_path, Buffer.alloc(bytes));
  let instance: Instance = sampleInstance({ model_path });
  const figures = new MemoryFigures(instance);
  const become = (changes: Partial<Instance>) => {
    instance = { ...instance, ...changes };
    figures.follow(instance);
  };
  const run = (...samples: (number | null)[]) => {
    become({ status: 'starting' });
    become({ status: 'running' });
    for (const sample of samples) figures.sampled(sample);
  };
  return { figures, become, run, model_path, [Symbol.asyncDispose]: () => dir.remove() };
}

test('before it has run, an instance is expected to take as much as its model', async () => {
  await using at = await figuresOf(700);
  expect([at.figures.expected, at.figures.taken]).toEqual([null, null]);
  await at.figures.learn();
  expect([at.figures.expected, at.figures.taken, at.figures.measured]).toEqual([700, 700, null]);
});

test('what is seen of a run counts while it runs, and the most of it for the next one', async () => {
  await using at = await figuresOf(700);
  await at.figures.learn();
  at.run(null);
  expect(at.figures.taken).toBe(700);
  for (const [sample, most] of [
    [500, 500],
    [900, 900],
    [null, 900],
    [800, 900],
  ] as const) {
    at.figures.sampled(sample);
    expect([at.figures.taken, at.figures.expected]).toEqual([sample ?? 900, most]);
  }
  at.become({ status: 'stopping' });
  expect(at.figures.taken).toBe(800);
  at.become({ status: 'stopped' });
  expect([at.figures.taken, at.figures.measured]).toEqual([900, 900]);
  at.run(300);
  expect([at.figures.taken, at.figures.expected]).toEqual([300, 300]);
});

test('a run with another definition tells nothing of the next one', async () => {
  await using at = await figuresOf(700);
  at.run(500);
  at.become({ updated_at: '2030-01-01T00:00:00Z' });
  expect([at.figures.taken, at.figures.measured]).toEqual([500, null]);
  at.figures.sampled(510);
  at.become({ status: 'stopped' });
  await at.figures.learn();
  expect([at.figures.expected, at.figures.measured]).toEqual([700, null]);
  at.run(520);
  expect(at.figures.measured).toBe(520);
});

test('a model that cannot be looked at leaves it unknown', async () => {
  await using at = await figuresOf(700);
  at.become({ model_path: `${at.model_path}.none` });
  await at.figures.learn();
  expect([at.figures.expected, at.figures.taken]).toEqual([null, null]);
});
