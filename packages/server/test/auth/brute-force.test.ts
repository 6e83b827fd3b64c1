import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { passwordOf, startAuthScene } from '../support/auth-scene.js';
import { call, fail, succeed } from '../support/call.js';

/** Tries a password from one of the many loopback addresses. */
function tryFrom(port: number, localAddress: string, body: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        localAddress,
        method: 'POST',
        path: '/api/auth/login',
        headers: { 'content-type': 'application/json' },
        agent: false,
      },
      (answer) => {
        answer.resume();
        resolve(Number(answer.statusCode));
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}

/** Guesses on until there is a delay that is worth waiting for; returns its seconds. */
async function untilDelayed(guess: () => ReturnType<typeof call>): Promise<number> {
  const deadline = performance.now() + 50_000;
  while (performance.now() < deadline) {
    const { status, answer, headers } = await guess();
    if (status === 401) continue;
    expect({ status, answer }).toMatchObject({
      status: 429,
      answer: { code: 'TOO_MANY_ATTEMPTS' },
    });
    const seconds = Number(headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    if (seconds >= 3) return seconds;
  }
  throw new Error('there was never a delay of three seconds');
}

describe('S9: who guesses passwords', () => {
  it.each<[string, (n: number) => [username: string, address: string]]>([
    ['of one account', () => ['admin', '127.0.0.1']],
    ['of many accounts, from everywhere', (n) => [`user${n}`, `127.0.${n % 250}.1`]],
  ])('%s has at most 20 of 1 000 looked at; sessions and keys go on', async (_, of) => {
    await using scene = await startAuthScene();
    const key = await scene.addKey({});
    const statuses: number[] = [];
    for (let n = 0; n < 1_000; n += 50) {
      const some = Array.from({ length: 50 }, (_, m) => {
        const [username, address] = of(n + m);
        return tryFrom(scene.test.server.port, address, { username, password: `guess ${n + m}` });
      });
      statuses.push(...(await Promise.all(some)));
    }
    const looked = statuses.filter((status) => status !== 429);
    expect(looked.length).toBeLessThanOrEqual(20);
    expect(looked.length).toBeGreaterThanOrEqual(5);
    expect(new Set(looked)).toEqual(new Set([401]));
    for (const headers of [scene.admin, key.headers]) {
      await succeed(scene.url, 'listInstances', { headers });
    }
    await succeed(scene.url, 'refreshToken', { headers: scene.admin });
  });

  it('is told when to come back, and gets in then', async () => {
    await using scene = await startAuthScene();
    const login = (password: string) =>
      call(scene.url, 'login', { body: { username: 'admin', password } });
    const wrong = await Promise.all(Array.from({ length: 5 }, () => login('wrong')));
    expect(wrong.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    const seconds = await untilDelayed(() => login('wrong'));
    expect(await login(scene.adminPassword)).toMatchObject({ status: 429 });
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    expect(await login(scene.adminPassword)).toMatchObject({ status: 200 });
  });

  it('is not somebody who logs in many times at once', async () => {
    await using scene = await startAuthScene();
    const logins = Array.from({ length: 8 }, () => scene.login('admin', scene.adminPassword));
    expect(new Set(await Promise.all(logins)).size).toBe(8);
  });

  it('gains nothing by changing their own password again and again', async () => {
    await using scene = await startAuthScene();
    const headers = await scene.addUser('ann', 'viewer');
    const change = (current_password: string) => ({
      headers,
      name: 'ann',
      body: { password: 'something new', current_password },
    });
    const guess = (n: number) => call(scene.url, 'changePassword', change(`guess ${n}`));
    const guesses = await Promise.all(Array.from({ length: 20 }, (_, n) => guess(n)));
    expect(guesses.filter(({ status }) => status !== 429).length).toBeLessThanOrEqual(6);
    await untilDelayed(() => guess(20));
    await fail(scene.url, 'changePassword', 'TOO_MANY_ATTEMPTS', change(passwordOf('ann')));
    await succeed(scene.url, 'getIdentity', { headers });
  });
});

describe('S10: a login', () => {
  it('takes as much work for a name that nobody has as for a wrong password', async () => {
    await using scene = await startAuthScene();
    const workOf = async (username: string) => {
      const before = process.cpuUsage();
      await fail(scene.url, 'login', 'INVALID_CREDENTIALS', { body: { username, password: 'no' } });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    await workOf('admin');
    const [known, unknown] = [await workOf('admin'), await workOf('nobody')];
    expect(known).toBeGreaterThan(50);
    expect(unknown).toBeGreaterThan(known / 2);
  });
});
