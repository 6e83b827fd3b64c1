import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry } from '@llamactl/contract';
import { expect, it } from 'vitest';
import { jsonLines } from '../../../src/http/log-stream/log-format.js';
import { createLogStream } from '../../../src/http/log-stream/log-stream.js';

/** A line every few milliseconds, by a timer that is always due before that of the signs of life. */
async function* lines(count: number): AsyncGenerator<LogEntry> {
  const timestamp = new Date().toISOString();
  for (let seq = 1; seq <= count; seq += 1) {
    await delay(5);
    yield { seq, timestamp, level: 'info', message: 'line' };
  }
}

it('a stream of a log asks for no sign of life while it has lines', async () => {
  const options = {
    format: jsonLines,
    epoch: 'e',
    heartbeatMs: 100,
    ending: new AbortController(),
  };
  let text = '';
  for await (const chunk of createLogStream(lines(100), options)) text += chunk;
  expect(text.match(/\n/g)).toHaveLength(100);
  expect(text).not.toContain('\n\n');
});
