import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { type Operation, operations } from '@llamactl/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const secret = 'a-secret-of-the-environment';
let test: TestServer;
let logged: string;

beforeEach(async () => {
  process.env.LLAMACTL_TEST_SECRET = secret;
  logged = '';
  const say = (message: string, fields?: object) => {
    const { error } = (fields ?? {}) as { error?: Error };
    logged += `${message} ${JSON.stringify(fields)} ${error?.stack ?? error}\n`;
  };
  test = await startTestServer({ logger: { debug: say, info: say, warn: say, error: say } });
});
afterEach(async () => {
  delete process.env.LLAMACTL_TEST_SECRET;
  await test[Symbol.asyncDispose]();
});

/** What no error may say, as nobody who asks has said it. */
function expectTight(text: string): void {
  const leaks = [
    ...[test.dir, process.cwd(), homedir(), secret, hostname(), process.execPath],
    ...[
      /\bat .*:\d+:\d+/,
      /node_modules/,
      /node:internal/,
      /file:\/\//,
      /\.[mc]?[jt]s\b/,
      /\bErrno\b/,
    ],
    ...[
      /ENO(ENT|TDIR)|EACCES|EISDIR|EPERM|SQLITE/,
      /TypeError|RangeError|SyntaxError|Unexpected token/,
    ],
  ];
  for (const leak of leaks) {
    const found = typeof leak === 'string' ? text.includes(leak) : leak.test(text);
    if (found) throw new Error(`${leak} is in: ${text}`);
  }
}

const junk = [
  '..',
  '%2e%2e%2f',
  '%00',
  'a b',
  '<script>alert(1)</script>',
  '\u202e',
  '$LLAMACTL_TEST_SECRET',
  '{{7*7}}',
  "' OR 1=1 --",
  '__proto__',
  'a'.repeat(5_000),
];
const bodies = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '{"name":{}}',
  '{"name":"a","model_path":1}',
  '{"name":"a","model_path":"relative"}',
  '{"name":"a","model_path":"\\u0000"}',
  '{"name":"a","options":{"threads":{}}}',
  '{"name":"a","model_path":"/proc/self/environ"}',
  '{"name":"a","model_path":"/m","env":{"LD_PRELOAD":"x"}}',
  '{"toString":1}',
  '\ufffd\ud800',
];

describe('S23: what errors say', () => {
  it('tells nothing of the inside, whatever is asked', async () => {
    let errors = 0;
    for (const operation of Object.values<Operation>(operations)) {
      for (const [at, part] of [...junk, ...bodies].entries()) {
        const text = encodeURI(part.replace(/\p{Cs}/gu, '')).slice(0, 6_000);
        const path = operation.path.replace(/\{\w+\}/, at % 2 === 0 ? text : 'nobody');
        const { status, text: said } = await ask(test.server.url, `${path}?${text}`, {
          method: operation.method,
          headers: { 'content-type': 'application/json', 'x-odd': text.slice(0, 1_000) },
          ...(operation.method !== 'GET' && { body: part }),
        });
        if (status < 400) continue;
        errors += 1;
        expectTight(said);
        expect(status).not.toBe(500);
      }
    }
    expect(errors).toBeGreaterThan(200);
  });

  it('tells nothing of a data folder that is broken, and the log has it under the id', async () => {
    const { llamactl, url } = test.server;
    await llamactl.create({ name: 'a', model_path: test.model });
    const logs = join(test.dir, 'data', 'logs');
    await rm(logs, { recursive: true });
    await writeFile(logs, 'a file where a folder should be');
    const answers = [
      await ask(url, '/api/instances/a/start', {
        method: 'POST',
        headers: { 'x-request-id': 'r-1' },
      }),
      await ask(url, '/api/instances/a/logs', { headers: { 'x-request-id': 'r-2' } }),
    ];
    expect(answers.map(({ status }) => status)).toContain(500);
    for (const { text, headers, status } of answers) {
      expectTight(text);
      if (status === 500) expect(logged).toContain(headers['x-request-id']);
    }
    expect(logged).toContain(test.dir);
    await rm(logs);
    await mkdir(logs);
    await chmod(logs, 0o700);
  });
});
