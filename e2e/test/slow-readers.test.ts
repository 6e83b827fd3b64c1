import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { LlamactlClient } from '@llamactl/client';
import { makeFakeCommand, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { type ServedSystem, serve } from '../system/serve.js';

const isFull = process.env.LLAMACTL_TEST_FULL === '1';
const readers = isFull ? 400 : 100;
const watchedMs = isFull ? 20_000 : 3_000;
const mostBytes = 256 * 1024;
const event = `data: ${'x'.repeat(8_192)}\n\n`;

/** Memory of a process that is its own, in bytes. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

/** A stream of so many events, as fast as they are taken. */
async function open({ url }: ServedSystem, times: number, signal: AbortSignal) {
  const told = { headers: { 'content-type': 'text/event-stream' }, parts: [event], times };
  const body = JSON.stringify({ model: 'fast', stream: true, told });
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body, signal });
  if (answer.body === null) throw new Error(`it was answered ${answer.status} without a body`);
  return answer.body.getReader();
}

test(`P9: a reader of 1 kB/s of a fast stream costs less than 256 KiB, as ${readers} of them show`, async () => {
  await using dir = await tempDir('llamactl-slow-');
  const command = await makeFakeCommand('does-as-told', { dir: dir.path, slots: 2 * readers });
  await using system = await serve(undefined, { LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: command });
  const client = new LlamactlClient({ baseUrl: system.url });
  await client.createInstance({ name: 'fast', model_path: system.model });
  const all = Array.from({ length: readers });
  const leave = new AbortController();
  // What the program needs for so many streams, however fast they are read.
  const quick = async () => {
    const reader = await open(system, 50, leave.signal);
    while (!(await reader.read()).done);
  };
  for (let turn = 0; turn < 2; turn += 1) await Promise.all(all.map(quick));
  const before = await residentBytes(system.program.pid);

  const slow = await Promise.all(all.map(() => open(system, 10_000, leave.signal)));
  const end = performance.now() + watchedMs;
  let most = 0;
  const read = async (reader: (typeof slow)[number]) => {
    while (performance.now() < end) {
      const { value } = await reader.read();
      await delay(Math.min(value?.length ?? 0, end - performance.now()));
    }
  };
  const measured = (async () => {
    while (performance.now() < end) {
      most = Math.max(most, await residentBytes(system.program.pid));
      await delay(100);
    }
  })();
  await Promise.all([measured, ...slow.map(read)]);
  leave.abort();
  const each = (most - before) / readers;
  console.log(`a slow reader costs ${(each / 1_024).toFixed(0)} KiB (${readers} of them, at most)`);
  expect(each).toBeLessThan(mostBytes);
});
