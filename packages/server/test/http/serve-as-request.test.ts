import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRaw } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test[Symbol.asyncDispose]());

const curl = (...args: string[]) => promisify(execFile)('curl', ['--http2', '-s', ...args]);
const offer = 'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMA\r\n';

describe('an offer to upgrade that is not taken', () => {
  it('is served as a plain request, to curl --http2 too', async () => {
    const { url } = test.server;
    const { stdout } = await curl('-w', ' %{http_code} %{http_version}', `${url}/health`);
    expect(stdout).toBe('{"status":"ok"} 200 1.1');
  });

  it('may have a body, large or small', async () => {
    const { url } = test.server;
    for (const size of [10, 300_000]) {
      const model_path = `/nowhere/${'x'.repeat(size)}`;
      const body = JSON.stringify({ name: 'a', model_path });
      const json = ['-H', 'Content-Type: application/json', '-H', 'Expect:'];
      const file = join(test.dir, 'body.json');
      await writeFile(file, body);
      const { stdout } = await curl(...json, '-d', `@${file}`, `${url}/api/instances`);
      const expected = size > 4096 ? 'VALIDATION_FAILED' : 'MODEL_NOT_FOUND';
      expect(JSON.parse(stdout).code).toBe(expected);
    }
  });

  it('may come with every request of a connection', async () => {
    const { url } = test.server;
    const urls = Array.from({ length: 50 }, () => `${url}/ready`);
    const { stdout } = await curl('-w', '%{num_connects} ', ...urls);
    const ready = '{"status":"ready"}';
    expect(stdout).toBe(`${ready}1 ${`${ready}0 `.repeat(49)}`);
  });

  it('leaves nothing behind on a connection that has seen a thousand', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    using connection = await openRaw(test.server.port);
    let seen = 0;
    for (let count = 1; count <= 1_000; count += 1) {
      connection.socket.write(`GET /ready HTTP/1.1\r\nHost: localhost\r\n${offer}\r\n`);
      const isAnswered = (text: string) => text.length > seen && text.endsWith('"ready"}');
      await connection.waitFor({ test: isAnswered });
      seen = connection.received.length;
    }
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  it('may be sent before the last answer is there, and is answered in order', async () => {
    using connection = await openRaw(test.server.port);
    const get = (path: string, more = '') =>
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    const texts = [get('/ready'), get('/nothing', offer), get('/health'), get('/ready', offer)];
    connection.socket.write(texts.join('') + get('/no', 'Connection: close\r\n'));
    const statuses = (await connection.closed).match(/HTTP\/1\.1 \d+/g);
    expect(statuses?.map((status) => status.slice(-3))).toEqual([
      '200',
      '404',
      '200',
      '200',
      '404',
    ]);
  });

  it('keeps what else its Connection header says', async () => {
    using connection = await openRaw(test.server.port);
    const closing = offer.replace('Upgrade, HTTP2', 'close, Upgrade, HTTP2');
    connection.socket.write(`GET /ready HTTP/1.1\r\nHost: localhost\r\n${closing}\r\n`);
    expect(await connection.closed).toMatch(/200 OK.*Connection: close/s);
  });

  it('goes through the same checks', async () => {
    using connection = await openRaw(test.server.port);
    const closing = offer.replace('Upgrade, HTTP2', 'close, Upgrade, HTTP2');
    connection.socket.write(`GET /ready HTTP/1.1\r\nHost: evil.org\r\n${closing}\r\n`);
    expect(await connection.closed).toMatch(/403 .*HOST_FORBIDDEN/s);
  });

  it('may be reset at any moment', async () => {
    for (let count = 0; count < 50; count += 1) {
      const connection = await openRaw(test.server.port);
      connection.socket.write(`GET /ready HTTP/1.1\r\nHost: localhost\r\n${offer}\r\n`);
      connection.socket.resetAndDestroy();
      await connection.closed;
    }
    expect((await fetch(`${test.server.url}/ready`)).status).toBe(200);
  });
});
