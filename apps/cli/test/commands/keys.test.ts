import { sampleAnswers } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

describe('keys', () => {
  it('ls lists them, or says how to make one', async () => {
    const [key] = sampleAnswers.listApiKeys.keys;
    const other = { ...sampleAnswers.createApiKey.api_key, name: 'a\u001b[31m', instances: ['x'] };
    await using api = await startFakeApi({
      listApiKeys: [{ keys: key === undefined ? [] : [key, other] }, { keys: [] }],
    });
    const { out } = await runCli(api, ['keys', 'ls']);
    const [titles, line, second] = out.split('\n');
    expect(titles).toMatch(/^ID +NAME +BEGINS +USER +SCOPES +INSTANCES +EXPIRES +LAST USED$/);
    expect(line).toMatch(/^k1 +webui +llk_3f9a +admin +read,inference +all +never +2024-01-15T/);
    expect(second).toContain('a\\x1b[31m');
    expect((await runCli(api, ['keys', 'ls'])).out).toContain('llamactl keys create NAME --scope');
  });

  it('create prints the key alone, and what to know of it beside', async () => {
    await using api = await startFakeApi();
    const argv = ['keys', 'create', 'webui', '--scope', 'inference', '--scope', 'read'];
    const { out, err } = await runCli(api, [...argv, '--instance', 'chat', '--days', '30']);
    expect(out).toBe(`${sampleAnswers.createApiKey.key}\n`);
    expect(err).toBe('Keep it, it is not shown again. To revoke it: llamactl keys rm k1\n');
    const body = api.seen[0]?.body as { expires_at: string };
    expect(body).toMatchObject({
      name: 'webui',
      scopes: ['inference', 'read'],
      instances: ['chat'],
    });
    const days = (Date.parse(body.expires_at) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThanOrEqual(30);
    const json = await runCli(api, [...argv, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ key: out.trim(), api_key: { id: 'k1' } });
    expect(json.err).toBe('');
    expect(api.seen[1]?.body).toEqual({ name: 'webui', scopes: ['inference', 'read'] });
  });

  it.each([
    [['keys', 'create'], 'What is it for? Give it a name.'],
    [['keys', 'create', 'x'], 'What may it do? Give --scope.'],
    [['keys', 'create', 'x', '--scope', 'reed'], 'not "reed". Did you mean read?'],
    [['keys', 'create', 'x', '--scope', 'read', '--days', '0'], '--days must be a whole number'],
    [['keys', 'rm'], 'Which key? Give its id'],
  ])('%j is not understood', async (argv, message) => {
    await using api = await startFakeApi();
    const { code, err } = await runCli(api, argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(api.seen).toEqual([]);
  });

  it('rm revokes one by its id', async () => {
    await using api = await startFakeApi();
    expect((await runCli(api, ['keys', 'rm', 'k1'])).out).toBe('Revoked k1.\n');
    expect(api.seen).toMatchObject([{ id: 'deleteApiKey', params: { id: 'k1' } }]);
  });
});
