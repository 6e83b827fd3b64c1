import { channel } from 'node:diagnostics_channel';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { spawnProgram, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { SecretWatch } from '../../secret-watch/secret-watch.ts';
import { watchConnections } from '../../secret-watch/watch-connections.ts';
import { watchPrograms } from '../../secret-watch/watch-programs.ts';
import { saidChannel, watchSaid } from '../../secret-watch/watch-said.ts';

const key = `llk_${'k'.repeat(43)}`;
const token = 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl';

/** Asks a server of ours, which answers as told, with secrets, and tells what leaked. */
async function leaksOf(answer: RequestListener, headers: Record<string, string> = {}) {
  const watch = new SecretWatch();
  const end = watchConnections(watch);
  const server = createServer((request, response) => {
    response.setHeader('x-request-id', '1');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const body = JSON.stringify({ username: 'ann', password: 'correct horse' });
  await (await fetch(url, { method: 'POST', headers, body })).text();
  server.closeAllConnections();
  server.close();
  end();
  return watch.leaks().map(({ secret, where }) => ({ secret, where }));
}

const where = 'an answer';

test('a secret that comes back in an answer is found', async () => {
  const echo: RequestListener = (request, response) => {
    request.resume().on('end', () => response.end(`no: ${request.headers.authorization}`));
  };
  expect(await leaksOf(echo, { authorization: `Bearer ${key}` })).toEqual([{ secret: key, where }]);
});

test('so is a password, also in a header', async () => {
  const tell: RequestListener = (_, response) => {
    response.setHeader('x-why', 'correct horse is wrong').end();
  };
  expect(await leaksOf(tell)).toEqual([{ secret: 'correct horse', where }]);
});

test('so is the hash of one, which nobody has sent', async () => {
  const tell: RequestListener = (_, response) => {
    response.end('{"password":"$scrypt$ln=16"}');
  };
  expect(await leaksOf(tell)).toEqual([{ secret: '$scrypt$', where }]);
});

test('a token or a new key is given away where it belongs, and nowhere else', async () => {
  const login = JSON.stringify({ token, expires_at: 'x' });
  expect(await leaksOf((_, response) => void response.end(login))).toEqual([]);
  const created = JSON.stringify({ key, api_key: { hint: 'llk_kkkkkkkk' } });
  expect(await leaksOf((_, response) => void response.end(created))).toEqual([]);
  const twice = `${login} ${token}`;
  expect(await leaksOf((_, response) => void response.end(twice))).toEqual([
    { secret: token, where },
  ]);
});

test('so are secrets in what a server writes as a program', async () => {
  await using dir = await tempDir();
  const program = join(dir.path, 'llamactl-server.mjs');
  await writeFile(
    program,
    `console.log('admin password: abcde-fghij'); console.error('debug: abcde-fghij ${key}');`,
  );
  const watch = new SecretWatch();
  const end = watchPrograms(watch);
  watch.sent(`X-API-Key: ${key}\r\n`);
  await using running = await spawnProgram(process.execPath, [program]);
  await running.exit;
  end();
  const found = watch.leaks().map(({ secret, where }) => `${where}: ${secret}`);
  expect(found.sort()).toEqual(['stderr of a server: abcde-fghij', `stderr of a server: ${key}`]);
});

test('so is a key that nobody was seen to send', () => {
  const watch = new SecretWatch();
  watch.said('a log', `debug request authorization=${key}`);
  expect(watch.leaks()).toMatchObject([{ secret: key, where: 'a log' }]);
});

test('so are secrets in a log, and they fail the file that they come out in', () => {
  const watch = new SecretWatch();
  const end = watchSaid(watch);
  channel(saidChannel).publish('warn login failed password=correct-horse');
  watch.assertNone();
  watch.sent('{"password":"correct-horse"}');
  expect(() => watch.assertNone()).toThrow('Secrets came out:\na log: …"warn login failed');
  end();
});

test('what anybody might say is no secret', async () => {
  const echo: RequestListener = (request, response) => {
    request.resume().on('end', () => response.end(`no: ${request.headers.authorization}`));
  };
  for (const guess of ['a'.repeat(65), '😀'.repeat(9), 'password']) {
    const bearer = Buffer.from(`Bearer ${guess}`).toString('latin1');
    expect(await leaksOf(echo, { authorization: bearer })).toEqual([]);
  }
});
