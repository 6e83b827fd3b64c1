import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { askForWork } from '../../../src/backends/llama-cpp/work.js';
import { openLab } from '../../lab.js';

const soon = () => AbortSignal.timeout(10_000);

test('a real server tells whether it works, and how its work gets on', async () => {
  await using lab = await openLab({ backend: 'real', backendAuth: 'run_key' });
  await lab.run('a', 'running', { options: { threads: 1, context_size: 4096 } });
  const server = lab.llamactl.connection('a');
  expect(await askForWork(server, soon())).toMatchObject({ isBusy: false });
  const over = new AbortController();
  const answer = fetch(`http://127.0.0.1:${server.port}/completion`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${server.key}` },
    body: JSON.stringify({ prompt: 'Once', n_predict: -1, ignore_eos: true, stream: true }),
    signal: over.signal,
  });
  const first = (await answer).body?.getReader();
  await first?.read();
  const before = await askForWork(server, soon());
  await first?.read();
  const after = await askForWork(server, soon());
  over.abort();
  expect([before, after]).toMatchObject([{ isBusy: true }, { isBusy: true }]);
  expect(before).not.toEqual(after);
  // Without its key it is not told.
  expect(await askForWork({ ...server, key: null }, soon())).toBe('unknown');
});

test.each([
  ['that it does not tell', 501, 'not supported', 'unknown'],
  ['something else', 200, '<html>', 'unknown'],
  ['without end', 200, 'x'.repeat(2_000_000), 'unknown'],
] as const)(
  'a server that answers %s says nothing of its work',
  async (_, status, text, expected) => {
    const server = createServer((_request, response) => response.writeHead(status).end(text));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const address = { host: '127.0.0.1', port, key: null };
    expect(await askForWork(address, soon())).toBe(expected);
    server.close();
    server.closeAllConnections();
    expect(await askForWork(address, soon())).toBe('unknown');
    expect(await askForWork(address, AbortSignal.abort())).toBe('timeout');
  },
);
