import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, fail, succeed } from '../support/call.js';
import { exchange } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
let url: string;

beforeAll(async () => {
  test = await startTestServer();
  url = test.server.url;
});
afterAll(() => test[Symbol.asyncDispose]());

describe('C17: names', () => {
  it.each([
    '%2e%2e%2f',
    '%2E%2E%2Fetc',
    'a%2fb',
    'a%5cb',
    '%00',
    'a%00',
    'a%0a',
    '.hidden',
    '-rf',
    'a'.repeat(65),
    'a'.repeat(300),
    '%',
    '%zz',
    '%e0%a4%a',
    'a%20b',
    '%C3%A9',
    '%F0%9F%98%80',
    '~',
    'a;b',
    '%25',
    '*',
    '{name}',
  ])('like %s are refused everywhere', async (name) => {
    await fail(url, 'getInstance', 'INVALID_NAME', { name });
    await fail(url, 'deleteInstance', 'INVALID_NAME', { name });
    await fail(url, 'startInstance', 'INVALID_NAME', { name });
    await fail(url, 'getInstanceLogs', 'INVALID_NAME', { name });
  });

  it.each(['..', '../..', '.', './', '%2e%2e', '%2e'])(
    'as plain dots (%s) lead nowhere',
    async (name) => {
      const head = `GET /api/instances/${name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
      const { status } = await exchange(test.server.port, head);
      expect([400, 404]).toContain(status);
    },
  );

  it('may end in a dot or look like a route', async () => {
    for (const name of ['a.', 'start-all', 'health', 'con', '__proto__'.slice(2)]) {
      const { answer } = await call(url, 'getInstance', { name });
      expect(answer).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    }
    await fail(url, 'getInstance', 'INVALID_NAME', { name: '__proto__' });
    await fail(url, 'getInstance', 'INSTANCE_NOT_FOUND', { name: 'constructor' });
  });

  it('that are made up, 2 000 of them, never lead to a file outside of the data folder', async () => {
    const before = await outsideOf('data');
    const random = randomNumbers(17);
    const pick = <T>(list: readonly T[]) => list[random(list.length)] as T;
    const makeUp = () => Array.from({ length: 1 + random(5) }, () => pick(pieces)).join('');
    let created = 0;
    const send = async (name: string) => {
      const body = { name, model_path: test.model };
      const { status, answer } = await call(url, 'createInstance', { body });
      if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
        expect({ name, status }).toEqual({ name, status: 201 });
        created += 1;
        await succeed(url, 'deleteInstance', { name });
      } else {
        expect({ name, answer }).toMatchObject({
          answer: { code: expect.stringMatching(refusal) },
        });
      }
    };
    for (let sent = 0; sent < 2_000; ) {
      const names = new Map(
        Array.from({ length: 50 }, makeUp).map((name) => [name.toLowerCase(), name]),
      );
      await Promise.all([...names.values()].map(send));
      sent += names.size;
    }
    expect(created).toBeGreaterThan(50);
    expect(await outsideOf('data')).toEqual(before);
  }, 300_000);
});

const refusal = /^(INVALID_NAME|INVALID_REQUEST)$/;
const pieces = [
  ...['a', 'B7', '0', '_', '-', '.', '..', '../', '..\\', '/', '\\', '//', '~', ' ', '\n', '\r\n'],
  ...['%2e', '%2f', '%00', '%', 'con', 'NUL', 'aux.txt', 'etc/passwd', '.json', '.log', '$HOME'],
  ...[
    '\u202e',
    'é',
    '\ufeff',
    '😀',
    '\ud800',
    ':',
    '*',
    '?',
    '"',
    "'",
    '<b>',
    'x'.repeat(40),
    '\0',
  ],
];

/** Whole numbers below a limit, the same ones each time. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Everything in the folder of the test but the data folder, and in the working folder. */
async function outsideOf(folder: string): Promise<string[]> {
  const entries = await readdir(test.dir, { recursive: true });
  const own = entries.filter((path) => path !== folder && !path.startsWith(`${folder}/`));
  // Where everybody makes folders all the time, a new one says nothing.
  const places = ['.', '..'].filter((place) => resolve(place) !== resolve(tmpdir()));
  return [...own, ...(await Promise.all(places.map((place) => readdir(place)))).flat()].sort();
}
