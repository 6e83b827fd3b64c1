import { sampleAnswers, sampleConfig } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

describe('config get', () => {
  it('prints every setting as config set takes it', async () => {
    await using api = await startFakeApi();
    const { out } = await runCli(api, ['config', 'get']);
    expect(out).toContain('server.port=8080\n');
    expect(out).toContain('instances.port_range=[8081,9080]\n');
    expect(out).toContain('backends.llama-cpp.command=llama-server\n');
    expect(out).toContain('backends.llama-cpp.env={}\n');
  });

  it('prints a part, also as JSON', async () => {
    await using api = await startFakeApi();
    const part = await runCli(api, ['config', 'get', 'logs']);
    expect(part.out).toBe('logs.max_file_size=20971520\nlogs.max_files=5\n');
    const one = await runCli(api, ['config', 'get', 'server.port']);
    expect(one.out).toBe('server.port=8080\n');
    const json = await runCli(api, ['config', 'get', 'logs', '--json']);
    expect(JSON.parse(json.out)).toEqual(sampleConfig().logs);
  });

  it.each(['servers', 'server.prot', 'server.port.x', '__proto__', 'server.constructor'])(
    'says what there is instead of %s',
    async (path) => {
      await using api = await startFakeApi();
      const { code, out, err } = await runCli(api, ['config', 'get', path]);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain(`There is no setting "${path}".`);
    },
  );
});

describe('config set', () => {
  it('sends what is set, each value as it is written, and tells what came of it', async () => {
    await using api = await startFakeApi();
    const argv = [
      'rate_limit.regular=200',
      'rate_limit.enabled=false',
      'server.allowed_origins=["https://a"]',
    ];
    const { code, out } = await runCli(api, ['config', 'set', ...argv]);
    expect(code).toBe(0);
    expect(api.seen[0]?.body).toEqual({
      rate_limit: { regular: 200, enabled: false },
      server: { allowed_origins: ['https://a'] },
    });
    expect(out).toBe(`Changed rate_limit.regular.
server.port has no effect: the environment says otherwise.
Restart the server for it.
`);
  });

  it('says when nothing changed', async () => {
    const update = { changed: [], overridden: [], restart_required: false };
    await using api = await startFakeApi({
      updateConfig: [{ ...sampleAnswers.updateConfig, ...update }],
    });
    const { out } = await runCli(api, ['config', 'set', 'logs.max_files=5']);
    expect(out).toBe('Nothing changed.\n');
  });

  it.each([
    [[], 'Which setting? Give KEY=VALUE.'],
    [['server.port'], 'A setting must be KEY=VALUE, not "server.port".'],
    [['=1'], 'A setting must be KEY=VALUE'],
    [['server..port=1'], 'A setting must be KEY=VALUE'],
    [['a.b=1', 'a.b=2'], 'a.b is set twice.'],
    [['a=1', 'a.b=2'], 'a.b is set twice.'],
    [['a.b=2', 'a={}'], 'a is set twice.'],
  ])('%j is not understood', async (settings, message) => {
    await using api = await startFakeApi();
    const { code, err } = await runCli(api, ['config', 'set', ...settings]);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(api.seen).toEqual([]);
  });

  it('sends names that mean something else in JavaScript as names, for the server to refuse', async () => {
    await using api = await startFakeApi();
    const { code, err } = await runCli(api, ['config', 'set', '__proto__.x=1']);
    expect(code).toBe(1);
    expect(err).toContain('__proto__');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});
