import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHttpServer } from '../../src/http/create-http-server.js';
import { StallLimit } from '../../src/http/stall-limit.js';
import { silentLogger } from '../../src/log/logger.js';
import { openRaw } from '../support/raw-http.js';

const size = 32 * 1024 * 1024;
const stallMs = 500;
let held: ServerResponse | undefined;
const server = createHttpServer(
  {
    request: ({ url }, response) => {
      if (url === '/held') held = response;
      else if (url === '/part') writePart(response);
      else response.end(Buffer.alloc(size, 'x'));
    },
    upgrade: ({ asRequest }) => asRequest(),
    isLarge: () => false,
    refuseLate: () => false,
  },
  silentLogger,
  { stallMs, keepAliveMs: 60_000 },
);
let hasPart = false;
const connections = promisify(server.getConnections.bind(server));

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Asks for the answer, without reading any of it. */
async function ask() {
  const connection = await openRaw((server.address() as AddressInfo).port);
  connection.socket.pause();
  connection.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return connection;
}

/** Writes more than goes out, as long as it is not taken. */
function writePart(response: ServerResponse): void {
  response.write(Buffer.alloc(size, 'x'));
  new StallLimit(response, stallMs).begin();
  hasPart = true;
}

it('P9: an answer of which nothing is taken does not keep the connection', async () => {
  using connection = await ask();
  await waitFor(async () => (await connections()) === 1);
  await waitFor(async () => (await connections()) === 0, { timeoutMs: 20_000 });
  connection.socket.resume();
  expect((await connection.closed).length).toBeLessThan(size);
});

it('P9: nor does one that had to wait behind another, and has not ended', async () => {
  using connection = await openRaw((server.address() as AddressInfo).port);
  const { socket } = connection;
  socket.pause();
  for (const url of ['/held', '/part'])
    socket.write(`GET ${url} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await waitFor(() => hasPart);
  held?.end();
  await waitFor(async () => (await connections()) === 0, { timeoutMs: 20_000 });
});

it('P9: one that is taken by bits, far less than the buffers hold, is not cut off', async () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'readable');
  let taken = 0;
  const begun = performance.now();
  while (performance.now() - begun < 8 * stallMs && !socket.destroyed) {
    taken += (socket.read(16_384) as Buffer | null)?.length ?? 0;
    await delay(50);
  }
  expect(taken).toBeLessThan(size / 8);
  expect(await connections()).toBe(1);
  socket.destroy();
  await waitFor(async () => (await connections()) === 0);
});

it('P9: one that is taken slowly comes to its end, and the connection serves the next request', async () => {
  using connection = await ask();
  const { socket } = connection;
  const begun = performance.now();
  while (performance.now() - begun < 4 * stallMs) {
    socket.resume();
    await once(socket, 'data');
    socket.pause();
    await delay(10);
  }
  expect(connection.received.length).toBeLessThan(size);
  socket.resume();
  await waitFor(() => connection.received.length > size, { timeoutMs: 20_000 });
  // As long as another answer would have had.
  await delay(2 * stallMs);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  expect((await connection.closed).length).toBeGreaterThan(2 * size);
});
