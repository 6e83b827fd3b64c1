import asyncapi from '@llamactl/contract/asyncapi.json' with { type: 'json' };
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documentChecker, pointerTo } from '../../../contract/test/support/document-checker.js';
import { closedDocument } from '../fuzz/closed-document.js';
import { openSocket } from '../support/open-socket.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer({ config: { metrics: { interval: 0.1 } } });
});
afterAll(() => test[Symbol.asyncDispose]());

it('what sockets get is as the AsyncAPI document says, without a field more', async () => {
  const { server, model } = test;
  const checker = documentChecker(closedDocument(asyncapi));
  using client = await openSocket(server.url);
  await client.first('snapshot');
  await server.llamactl.create({ name: 'a', model_path: model });
  await server.llamactl.start('a');
  await client.first('instance_stats_updated');
  await server.llamactl.update('a', { options: { threads: 1 } });
  await server.llamactl.stop('a', { force: true });
  await server.llamactl.waitForStatus('a', 'stopped', { timeoutMs: 20_000 });
  await server.llamactl.remove('a');
  await client.first('instance_deleted');
  using late = await openSocket(server.url, { query: '?since=other:1' });
  await late.first('gap');

  const messages = [...client.messages, ...late.messages];
  for (const message of messages) {
    const pointer = pointerTo('components', 'messages', message.type, 'payload');
    expect({ message, problems: checker.problems(pointer, message) }).toEqual({
      message,
      problems: [],
    });
  }
  expect(new Set(messages.map(({ type }) => type)).size).toBeGreaterThanOrEqual(7);
});
