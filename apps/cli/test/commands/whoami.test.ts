import type { Identity } from '@llamactl/client';
import { sampleAnswers } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

const { getIdentity: identity } = sampleAnswers;

it('whoami says who one is and what one may do', async () => {
  const key: Identity = { ...identity, kind: 'api_key', expires_at: null, instances: ['a', 'b'] };
  const nobody = { ...identity, auth_enabled: false, username: null, role: null };
  await using api = await startFakeApi({ getIdentity: [identity, key, nobody] });
  expect((await runCli(api, ['whoami'])).out).toBe(`user       admin
role       admin
with       a login
may        read, metrics, operate, manage, inference, admin
instances  all
until      2099-01-16T14:30:00Z
`);
  expect((await runCli(api, ['whoami'])).out).toContain(`with       an API key
may        read, metrics, operate, manage, inference, admin
instances  a, b
until      revoked
`);
  expect((await runCli(api, ['whoami'])).out).toBe(
    'Authentication is off: everybody may do everything.\n',
  );
  expect(JSON.parse((await runCli(api, ['whoami', '--json'])).out)).toEqual(nobody);
});
