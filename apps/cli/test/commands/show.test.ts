import { sampleAnswers, sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

describe('show', () => {
  it('prints what there is of a running instance', async () => {
    await using api = await startFakeApi();
    const { code, out } = await runCli(api, ['show', 'llama2-7b']);
    expect(code).toBe(0);
    expect(api.seen).toMatchObject([{ id: 'getInstance', params: { name: 'llama2-7b' } }]);
    expect(out).toMatch(/^name {5,}llama2-7b$/m);
    expect(out).toMatch(/^memory +4\.0 GiB$/m);
    expect(out).toMatch(/^cpu +25\.5 % of one core$/m);
    expect(out).toMatch(/^uptime +1 h 0 min$/m);
    expect(out).toMatch(/^options +threads=4 context_size=2048 gpu_layers=0$/m);
    expect(out).not.toMatch(/^(failure|env|command|last exit)/m);
  });

  it('prints the diagnosis of a failed one', async () => {
    const last_exit = {
      code: null,
      signal: 'SIGKILL',
      reason: 'The kernel killed it.',
      at: '2024-01-15T14:30:00Z',
      log_tail: ['loading', 'killed'],
    };
    const failed = sampleInstance({ status: 'failed', failure: 'out_of_memory', last_exit });
    await using api = await startFakeApi({ getInstance: [failed] });
    const { out } = await runCli(api, ['show', 'x']);
    expect(out).toMatch(/^failure +out_of_memory$/m);
    expect(out).toMatch(/^last exit +The kernel killed it\. \(SIGKILL, 2024-01-15T14:30:00Z\)$/m);
    expect(out).toMatch(/\n {2}\| loading\n {2}\| killed\n$/);
  });

  it('prints the data as JSON', async () => {
    await using api = await startFakeApi();
    const { out } = await runCli(api, ['show', 'x', '--json']);
    expect(JSON.parse(out)).toEqual(sampleAnswers.getInstance);
  });
});
