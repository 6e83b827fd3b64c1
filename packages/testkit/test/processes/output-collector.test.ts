import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { OutputCollector } from '../../src/processes/output-collector.js';
import { waitForLine } from '../../src/processes/wait-for-line.js';

it('waits for a line behind a very long one without a look at all of that with each piece', {
  timeout: 10_000,
}, async () => {
  const stream = new PassThrough();
  const collector = new OutputCollector(stream);
  const found = waitForLine({
    collectors: [collector],
    pattern: /^the next line$/,
    timeoutMs: 8_000,
    ended: new Promise(() => {}),
    failure: (reason) => new Error(`no line ${reason}`),
  });
  const piece = 'x'.repeat(2_000);
  for (let written = 0; written < 4_000; written++) {
    if (!stream.write(piece)) await new Promise((resolve) => stream.once('drain', resolve));
  }
  stream.write('\nthe next line\n');
  expect((await found)[0]).toBe('the next line');
});

it('gives lines from a place on, and the last one without an end once there is no more', async () => {
  const stream = new PassThrough();
  const collector = new OutputCollector(stream);
  const changed = () => new Promise<void>((resolve) => collector.once('change', resolve));
  const write = async (text: string) => {
    const change = changed();
    stream.write(text);
    await change;
  };
  await write('one\ntw');
  expect(collector.linesFrom(0)).toEqual({ lines: ['one'], next: 4 });
  expect(collector.linesFrom(4)).toEqual({ lines: [], next: 4 });
  await write('o\nthree');
  expect(collector.linesFrom(4)).toEqual({ lines: ['two'], next: 8 });
  const ended = changed();
  stream.destroy();
  await ended;
  expect(collector.linesFrom(8)).toEqual({ lines: ['three'], next: 13 });
});
