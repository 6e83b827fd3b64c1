import { waitFor } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { createLogger } from '../../src/log/logger.js';
import { type AuthScene, bearer, passwordOf, startAuthScene } from '../support/auth-scene.js';
import { call, succeed } from '../support/call.js';
import { handshake } from '../support/handshake.js';
import { openSocket } from '../support/open-socket.js';
import { exchange } from '../support/raw-http.js';

const wrongPassword = 'a wrong password';

it('S23: no password, token, key or hash comes out in a log line, an answer or an event', async () => {
  const lines: string[] = [];
  const logger = createLogger('debug', (line) => lines.push(line));
  await using scene = await startAuthScene({ logger });
  using socket = await openSocket(scene.url, { headers: scene.admin });
  await socket.first('snapshot');
  const user = await scene.addUser('ann', 'operator');
  const key = await scene.addKey({}, user);
  const secrets = [
    scene.adminPassword,
    passwordOf('ann'),
    wrongPassword,
    key.key,
    key.key.slice(12),
    ...[scene.admin, user].map(({ authorization = '' }) => authorization.slice(7)),
    scene.secret.toString('base64'),
    scene.secret.toString('base64url'),
    scene.secret.toString('hex'),
    '$scrypt',
  ];
  const answers = await answersOf(scene, secrets);
  await waitFor(() => lines.some((line) => line.includes('path=/api/auth/logout')));
  const said = [...lines, ...answers, ...socket.messages.map((m) => JSON.stringify(m))].join('\n');
  expect(said.length).toBeGreaterThan(5_000);
  expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
});

/** Says all secrets wherever they may be said, and what comes back. */
async function answersOf({ url, test, admin }: AuthScene, secrets: readonly string[]) {
  const { port } = test.server;
  const answers: unknown[] = [];
  const login = { username: 'ann', password: wrongPassword };
  answers.push((await call(url, 'login', { body: login })).answer);
  for (const secret of secrets) {
    const value = encodeURIComponent(secret);
    const told = { headers: { ...bearer(value), 'x-api-key': value }, query: `?token=${value}` };
    for (const id of ['getIdentity', 'listInstances', 'listUsers', 'listApiKeys'] as const) {
      answers.push((await call(url, id, told)).answer);
      answers.push((await call(url, id, { headers: admin, query: `?token=${value}` })).answer);
    }
    const body = { username: 'x', password: [secret], role: secret };
    answers.push((await call(url, 'createUser', { headers: admin, body })).answer);
    const logIn = { username: 'ann', password: { secret } };
    answers.push((await call(url, 'login', { body: logIn })).answer);
    const offer = `llamactl.v1, llamactl.bearer.${value}`;
    for (const headers of [
      { 'Sec-WebSocket-Protocol': offer, Authorization: 'Bearer x' },
      { 'Sec-WebSocket-Protocol': `${offer},,`, ...admin },
    ]) {
      const path = `/api/ws?token=${value}`;
      answers.push((await exchange(port, handshake(path, headers))).body);
    }
  }
  answers.push(await succeed(url, 'listUsers', { headers: admin }));
  await succeed(url, 'logout', { headers: admin });
  return answers.map((answer) => JSON.stringify(answer));
}
