import { expect, test } from 'vitest';
import { createSerialQueue } from '../../src/support/serial-queue.js';

test('tasks run one after the other, in order, past one that fails', async () => {
  const queue = createSerialQueue();
  const seen: string[] = [];
  const task = (name: string, turns: number) => async () => {
    seen.push(`${name} begins`);
    for (let turn = 0; turn < turns; turn++) await null;
    seen.push(`${name} ends`);
    if (name === 'b') throw new Error(name);
    return name;
  };
  const a = queue.run(task('a', 5));
  const b = queue.run(task('b', 0));
  const c = queue.run(task('c', 1));
  await expect(b).rejects.toThrow('b');
  expect(await Promise.all([a, c])).toEqual(['a', 'c']);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('idle waits for tasks that tasks added', async () => {
  const queue = createSerialQueue();
  let done = false;
  void queue.run(async () => {
    void queue.run(async () => {
      await null;
      done = true;
    });
  });
  await queue.idle();
  expect(done).toBe(true);
});
