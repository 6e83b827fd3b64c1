import { sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

const script = [sampleInstance({ status: 'stopping' }), sampleInstance()];

describe('stop', () => {
  it('waits until the instance is stopped', async () => {
    await using api = await startFakeApi({ getInstance: script });
    const { code, out } = await runCli(api, ['stop', 'llama2-7b']);
    expect(code).toBe(0);
    expect(out).toMatch(/^llama2-7b: stopping\nllama2-7b: stopped \(\d+\.\d s\)\n$/);
    expect(api.seen[0]).toMatchObject({ id: 'stopInstance', body: undefined });
  });

  it('passes on how', async () => {
    await using api = await startFakeApi({ getInstance: script });
    expect((await runCli(api, ['stop', 'x', '--force', '--timeout', '5'])).code).toBe(0);
    expect(api.seen[0]?.body).toEqual({ force: true, timeout: 5 });
  });

  it('prints why not', async () => {
    const body = { error: 'x is not running.', code: 'INSTANCE_NOT_RUNNING', details: 'Start it.' };
    await using api = await startFakeApi({ stopInstance: [{ status: 409, body }] });
    const { code, err } = await runCli(api, ['stop', 'x']);
    expect({ code, err }).toEqual({ code: 1, err: 'error: x is not running.\n  Start it.\n' });
  });

  it('--all prints what became of each', async () => {
    await using api = await startFakeApi();
    const { code, out } = await runCli(api, ['stop', '--all', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      { name: 'a', result: 'stopping' },
      { name: 'b', result: 'skipped' },
    ]);
    expect(api.seen).toMatchObject([{ id: 'stopAllInstances', body: undefined }]);
  });

  it('--all passes on how', async () => {
    await using api = await startFakeApi();
    expect((await runCli(api, ['stop', '--all', '--force', '--timeout', '0.5'])).code).toBe(0);
    expect(api.seen).toMatchObject([
      { id: 'stopAllInstances', body: { force: true, timeout: 0.5 } },
    ]);
  });
});
