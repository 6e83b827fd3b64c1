import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { freePort } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { probe } from '../../../src/backends/llama-cpp/probe.js';

async function probed(server: Server, signal = AbortSignal.timeout(10_000)) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await probe('127.0.0.1', (server.address() as AddressInfo).port, signal);
  } finally {
    server.close();
  }
}

function answering(status: number, body = '{}'): Server {
  const answer: RequestListener = (request, response) => {
    response.writeHead(request.url === '/health' ? status : 404).end(body);
  };
  return createHttpServer(answer);
}

test.each([
  [200, 'ok'],
  [503, 'loading'],
  [500, 'error'],
  [404, 'error'],
  [302, 'error'],
] as const)('%d is %s', async (status, result) => {
  expect(await probed(answering(status))).toBe(result);
});

test('an answer without end is not waited for', async () => {
  const server = createHttpServer((_request, response) => {
    response.writeHead(200);
    const more = () => response.write('x'.repeat(65_536), () => response.destroyed || more());
    more();
  });
  expect(await probed(server)).toBe('ok');
  // Closes only when the connection is gone.
  if (server.listening) await once(server, 'close');
});

test('nobody there is none, no HTTP is error', async () => {
  const signal = AbortSignal.timeout(10_000);
  expect(await probe('127.0.0.1', await freePort(), signal)).toBe('none');
  expect(await probed(createServer((socket) => socket.end('hello\n')))).toBe('error');
  expect(await probed(createServer((socket) => socket.destroy()))).toBe('error');
});

test('silence is timeout when the signal aborts, also when it has aborted before', async () => {
  const silent = createServer((socket) => socket.on('error', () => {}));
  expect(await probed(silent, AbortSignal.timeout(50))).toBe('timeout');
  expect(await probe('127.0.0.1', 1, AbortSignal.abort())).toBe('timeout');
});
