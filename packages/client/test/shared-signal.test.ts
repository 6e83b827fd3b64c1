import { getEventListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sampleInstance } from '@llamactl/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LlamactlClient } from '../src/index.js';
import { entry, lineOf, ndjson } from './fixtures/log-server.js';
import { epoch } from './fixtures/messages.js';
import { startSocketServer } from './fixtures/socket-server.js';
import { sending } from './fixtures/turns.js';

const warnings: string[] = [];
const note = ({ message }: Error) => warnings.push(message);
beforeEach(() => {
  warnings.length = 0;
  process.on('warning', note);
});
afterEach(() => process.off('warning', note));

/** Events with a snapshot, a log with a line, and an instance that starts for ever. */
function startEverything() {
  const onRequest = ({ url = '' }: IncomingMessage, response: ServerResponse) => {
    if (url.includes('/logs')) response.writeHead(200, ndjson).write(lineOf(entry(1)));
    else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(sampleInstance({ name: 'x', status: 'starting' })));
    }
  };
  return startSocketServer([sending(epoch('a').snapshot(1))], { onRequest });
}

/** Reads to the end; `onFirst` is called when it has begun. */
async function drain(stream: AsyncIterable<unknown>, onFirst: () => void): Promise<void> {
  let isFirst = true;
  for await (const _ of stream) {
    if (isFirst) onFirst();
    isFirst = false;
  }
}

it('a signal may end any number of streams and calls, and no warning is printed', async () => {
  await using server = await startEverything();
  const client = new LlamactlClient({ baseUrl: server.url });
  const controller = new AbortController();
  const { signal } = controller;
  const all: Promise<unknown>[] = [];
  await new Promise<void>((resolve) => {
    let begun = 0;
    const onFirst = () => {
      begun += 1;
      if (begun === 90) resolve();
    };
    for (let count = 0; count < 30; count += 1) {
      all.push(drain(client.events({ signal }), onFirst));
      all.push(drain(client.followLogs('x', { signal }), onFirst));
      all.push(client.waitForStatus('x', 'running', { signal, onStatus: onFirst }).catch(() => {}));
    }
  });
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  controller.abort();
  await Promise.all(all);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  // A warning is emitted in a later turn than its cause.
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});

it('a signal may end any number of calls', async () => {
  await using server = await startEverything();
  const client = new LlamactlClient({ baseUrl: server.url });
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 30 }, () => client.getInstance('x', { signal })));
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});
