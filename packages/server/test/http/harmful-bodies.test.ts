import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonType, post } from '../support/post.js';
import { exchange } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
let url: string;

beforeAll(async () => {
  test = await startTestServer();
  url = test.server.url;
});
afterAll(() => test[Symbol.asyncDispose]());

const right = '"name":"a","model_path":"/m.gguf"';

describe('C11: a large body', () => {
  it('is refused at 1 MiB, and the connection is closed', async () => {
    const fits = Buffer.alloc(1_048_576, ' ');
    expect(await post(url, fits)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    const { status, code, response } = await post(url, Buffer.alloc(10_000_000, ' '));
    expect({ status, code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(response.headers.get('connection')).toBe('close');
  });

  it('is refused while it is read, when its length is not announced', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(Buffer.alloc(65_536, ' '));
      },
    });
    expect(await post(url, endless)).toMatchObject({ status: 413 });
    expect(sent).toBeLessThan(200_000_000);
  });
});

describe('C12: a body that is made to harm', () => {
  const levels = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const keys = (count: number) => `{${Array.from({ length: count }, (_, n) => `"${n}":1`)}}`;
  const harmful: [string, string, number][] = [
    ['100 000 levels', levels, 400],
    ['100 000 lists', '['.repeat(100_000) + ']'.repeat(100_000), 400],
    ['90 000 keys', keys(90_000), 400],
    ['1 000 000 keys', keys(1_000_000), 413],
    ['duplicate keys', `{${right},"name":"b"}`, 400],
    ['__proto__', `{${right},"__proto__":{"port":1}}`, 400],
    ['__proto__ as option', `{${right},"options":{"__proto__":{"port":1}}}`, 400],
    ['constructor as option', `{${right},"options":{"constructor":{"port":1}}}`, 400],
    ['prototype in env', `{${right},"env":{"prototype":"a"}}`, 400],
  ];

  it.each(harmful)('with %s is refused, and changes nothing', async (_what, body, status) => {
    const code = status === 400 ? 'INVALID_REQUEST' : 'PAYLOAD_TOO_LARGE';
    expect(await post(url, body)).toMatchObject({ status, code });
    expect(({} as Record<string, unknown>).port).toBeUndefined();
  });

  it.each(harmful)('with %s takes less than 50 ms of the processor', async (_what, body) => {
    const head = `POST /api/instances HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const request = Buffer.from(head + body);
    const used: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const before = process.cpuUsage();
      await exchange(test.server.port, request);
      const { user, system } = process.cpuUsage(before);
      used.push((user + system) / 1_000);
    }
    // The client is in the same process, and a collection of garbage may fall into a round.
    expect(Math.min(...used)).toBeLessThan(50);
  });
});

describe('C16: a compressed body', () => {
  it.each(['gzip', 'deflate', 'br', 'x-strange', 'identity, gzip', 'GZIP'])(
    'is refused with 415: %s',
    async (encoding) => {
      const refused = { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' };
      const headers = { ...jsonType, 'content-encoding': encoding };
      expect(await post(url, Buffer.from(`{${right}}`), headers)).toMatchObject(refused);
    },
  );

  it('is not unpacked, so that one of 1000 to 1 takes no memory', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect(bomb.length).toBeLessThan(60_000);
    const before = process.memoryUsage().rss;
    const headers = { ...jsonType, 'content-encoding': 'gzip' };
    for (let sent = 0; sent < 20; sent += 1) {
      expect(await post(url, bomb, headers)).toMatchObject({ status: 415 });
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});
