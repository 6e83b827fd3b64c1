import { afterEach, describe, expect, it } from 'vitest';
import { handshake } from '../support/handshake.js';
import { openRaw, parseAnswer, type RawAnswer } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
afterEach(() => test[Symbol.asyncDispose]());

async function shake(headers: Record<string, string> = {}, path?: string): Promise<RawAnswer> {
  using connection = await openRaw(test.server.port);
  connection.socket.write(handshake(path, headers));
  await connection.waitFor(/\r\n\r\n/);
  return parseAnswer(connection.received);
}

function remainingOf({ headers }: RawAnswer): string | undefined {
  if (headers['x-ratelimit-limit'] === undefined) return undefined;
  expect(headers['x-ratelimit-limit']).toBe('4');
  expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now() / 1_000);
  return headers['x-ratelimit-remaining'];
}

describe('a handshake', () => {
  it('counts once, taken or not, and is refused with 429 in the shape of every other error', async () => {
    test = await startTestServer({ config: { rate_limit: { regular: 4 } } });
    const answers = [
      await shake(),
      await shake({}, '/api/ws?since=x'),
      await shake({ 'Sec-WebSocket-Key': 'short' }),
      await shake(),
    ];
    expect(answers.map(({ status }) => status)).toEqual([101, 400, 400, 101]);
    expect(answers.map(remainingOf)).toEqual(['3', '2', '1', '0']);
    const refused = await shake();
    expect(refused.status).toBe(429);
    expect(remainingOf(refused)).toBe('0');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['x-request-id']).toBeDefined();
    expect(JSON.parse(refused.body || '{}')).toMatchObject({ code: 'RATE_LIMITED' });
    // The same count as that of plain requests.
    expect((await fetch(`${test.server.url}/api/instances`)).status).toBe(429);
  });

  it('of a page that may not come in uses up nothing', async () => {
    test = await startTestServer({ config: { rate_limit: { regular: 1 } } });
    for (let count = 0; count < 3; count += 1) {
      const answer = await shake({ Origin: 'https://evil.example' });
      expect(answer.status).toBe(403);
      expect(remainingOf(answer)).toBeUndefined();
    }
    expect((await shake()).status).toBe(101);
  });

  it('says nothing of limits that are off', async () => {
    test = await startTestServer();
    const answer = await shake();
    expect(answer.status).toBe(101);
    expect(remainingOf(answer)).toBeUndefined();
  });
});
