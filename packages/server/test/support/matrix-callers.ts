import { createHmac, generateKeyPairSync, sign as signWithKey } from 'node:crypto';
import type { CreateApiKey } from '@llamactl/contract';
import { waitFor } from '@llamactl/testkit';
import { type AuthScene, bearer, type CallerHeaders, passwordOf } from './auth-scene.js';
import { succeed } from './call.js';
import { claimsIn, forgeToken } from './forge-token.js';

/** Those whose credential is good, for something. */
export const goodCallers = [
  'viewer',
  'operator',
  'admin',
  'readKey',
  'operateKey',
  'manageKey',
  'inferenceKey',
  'metricsKey',
  'adminKey',
  // Both may read, operate, manage and use: this one what the requests are about, that one something else.
  'ownKey',
  'otherKey',
] as const;

/** Those whose credential is none. */
export const badCallers = [
  'none',
  'expired',
  'no expiry',
  'wrong signature',
  'another secret',
  'alg none',
  'alg none with a signature',
  'RS256',
  'RS to HS confusion',
  'HS384',
  'wrong audience',
  'wrong issuer',
  'wrong typ',
  'plain JWT typ',
  'kid path',
  'jku',
  'nbf in the future',
  'another subject',
  'no session',
  'session of another user',
  'logged out',
  'password changed',
  'role changed',
  'deleted user',
  'key of a deleted user',
  'deleted key',
  'expired key',
  'unknown key',
  'cut key',
  'no token',
  'two tokens',
  'not a token',
  'basic',
] as const;

export type Caller = (typeof goodCallers)[number] | (typeof badCallers)[number];

/** Headers of each. */
export type HeadersOfCallers = Map<Caller, CallerHeaders>;

/** Makes all of them. */
export async function prepareCallers(scene: AuthScene): Promise<HeadersOfCallers> {
  const headersOf: HeadersOfCallers = new Map();
  await prepareGood(scene, headersOf);
  await prepareForged(scene, headersOf);
  await prepareEnded(scene, headersOf);
  return headersOf;
}

async function prepareGood(scene: AuthScene, headersOf: HeadersOfCallers): Promise<void> {
  headersOf.set('admin', scene.admin);
  for (const role of ['viewer', 'operator'] as const) {
    headersOf.set(role, await scene.addUser(role, role));
  }
  for (const scope of ['read', 'operate', 'manage', 'inference', 'metrics', 'admin'] as const) {
    headersOf.set(`${scope}Key`, (await scene.addKey({ scopes: [scope] })).headers);
  }
  const scopes: CreateApiKey['scopes'] = ['read', 'operate', 'manage', 'inference'];
  const own = await scene.addKey({ scopes, instances: ['Missing', 'else'] });
  const other = await scene.addKey({ scopes, instances: ['other', 'missing2'] });
  headersOf.set('ownKey', { 'x-api-key': own.key });
  headersOf.set('otherKey', { 'X-API-Key': other.key });
}

async function prepareForged(scene: AuthScene, headersOf: HeadersOfCallers): Promise<void> {
  const token = await scene.login('admin', scene.adminPassword);
  const { secret } = scene;
  const viewerSession = claimsIn(await scene.login('viewer')).sid;
  const now = Math.floor(Date.now() / 1_000);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKey = rsa.publicKey.export({ type: 'spki', format: 'pem' });
  const signRs = (input: string) =>
    signWithKey('sha256', Buffer.from(input), rsa.privateKey).toString('base64url');
  const signHs384 = (input: string) =>
    createHmac('sha384', secret).update(input).digest('base64url');
  const forged: Partial<Record<Caller, string>> = {
    expired: forgeToken(token, { claims: { exp: now - 60 }, secret }),
    'no expiry': forgeToken(token, { claims: { exp: undefined }, secret }),
    'wrong signature': `${token.slice(0, -8)}AAAAAAAA`,
    'another secret': forgeToken(token, { secret: Buffer.alloc(32) }),
    'alg none': forgeToken(token, { header: { alg: 'none' }, sign: () => '' }),
    'alg none with a signature': forgeToken(token, { header: { alg: 'none' }, secret }),
    RS256: forgeToken(token, { header: { alg: 'RS256' }, sign: signRs }),
    'RS to HS confusion': forgeToken(token, { secret: publicKey }),
    HS384: forgeToken(token, { header: { alg: 'HS384' }, sign: signHs384 }),
    'wrong audience': forgeToken(token, { claims: { aud: 'another' }, secret }),
    'wrong issuer': forgeToken(token, { claims: { iss: 'another' }, secret }),
    'wrong typ': forgeToken(token, { header: { typ: 'at+jwt' }, secret }),
    'plain JWT typ': forgeToken(token, { header: { typ: 'JWT' }, secret }),
    'kid path': forgeToken(token, { header: { kid: '../../../../../../dev/null' } }),
    jku: forgeToken(token, { header: { jku: 'http://127.0.0.1:1/keys', jwk: {} } }),
    'nbf in the future': forgeToken(token, { claims: { nbf: now + 120 }, secret }),
    'another subject': forgeToken(token, { claims: { sub: 'viewer' }, secret }),
    'no session': forgeToken(token, { claims: { sid: undefined }, secret }),
    'session of another user': forgeToken(token, { claims: { sid: viewerSession }, secret }),
    'unknown key': `llk_${'A'.repeat(43)}`,
    'no token': '',
    'two tokens': `${token} ${token}`,
    'not a token': 'x.y.z',
  };
  for (const [caller, text] of Object.entries(forged)) {
    headersOf.set(caller as Caller, bearer(text));
  }
  headersOf.set('none', {});
  const basic = Buffer.from(`admin:${scene.adminPassword}`).toString('base64');
  headersOf.set('basic', { authorization: `Basic ${basic}` });
}

async function prepareEnded(scene: AuthScene, headersOf: HeadersOfCallers): Promise<void> {
  const { url, admin } = scene;
  headersOf.set('logged out', await scene.addUser('u1', 'admin'));
  await succeed(url, 'logout', { headers: headersOf.get('logged out') ?? {} });
  headersOf.set('password changed', await scene.addUser('u2', 'admin'));
  await succeed(url, 'changePassword', {
    headers: headersOf.get('password changed') ?? {},
    name: 'u2',
    body: { password: 'another one', current_password: passwordOf('u2') },
  });
  headersOf.set('role changed', await scene.addUser('u3', 'admin'));
  await succeed(url, 'updateUser', { headers: admin, name: 'u3', body: { role: 'operator' } });
  headersOf.set('deleted user', await scene.addUser('u4', 'admin'));
  const key = await scene.addKey({ scopes: ['read'] }, headersOf.get('deleted user'));
  headersOf.set('key of a deleted user', key.headers);
  await succeed(url, 'deleteUser', { headers: admin, name: 'u4' });
  const revoked = await scene.addKey({ scopes: ['read', 'admin'] });
  headersOf.set('deleted key', revoked.headers);
  await succeed(url, 'deleteApiKey', { headers: admin, name: revoked.api_key.id });
  const soon = new Date(Date.now() + 1_500);
  const brief = await scene.addKey({ scopes: ['admin'], expires_at: soon.toISOString() });
  headersOf.set('expired key', brief.headers);
  headersOf.set('cut key', { 'x-api-key': brief.key.slice(0, -1) });
  await waitFor(() => Date.now() > soon.getTime());
}
