import { sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

const starting = sampleInstance({ status: 'starting', pid: 7 });
const running = sampleInstance({ status: 'running', pid: 7 });
const failed = sampleInstance({
  status: 'failed',
  failure: 'model_corrupt',
  last_exit: {
    code: 1,
    signal: null,
    reason: 'The model file is damaged.',
    at: '2024-01-15T14:30:00Z',
    log_tail: ['reading', 'bad magic'],
  },
});

describe('start', () => {
  it('prints each state until the instance runs', async () => {
    await using api = await startFakeApi({ getInstance: [starting, starting, running] });
    const { code, out, err } = await runCli(api, ['start', 'llama2-7b']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^llama2-7b: starting\nllama2-7b: running on port 8081 \(\d+\.\d s\)\n$/);
    expect(api.seen[0]).toMatchObject({ id: 'startInstance', params: { name: 'llama2-7b' } });
  });

  it('prints the diagnosis and the end of the log when it fails', async () => {
    await using api = await startFakeApi({ getInstance: [starting, failed] });
    const { code, err } = await runCli(api, ['start', 'llama2-7b']);
    expect(code).toBe(1);
    expect(err).toBe(
      `error: Instance "llama2-7b" failed (model_corrupt): The model file is damaged.
  | reading
  | bad magic
  See all of its log: llamactl logs llama2-7b
`,
    );
  });

  it('ends at its time limit with the last state', async () => {
    await using api = await startFakeApi({ getInstance: [starting] });
    const { code, err } = await runCli(api, ['start', 'llama2-7b', '--timeout', '0.2']);
    expect(code).toBe(1);
    expect(err).toContain('was not running within 200 ms; it was last starting');
  });

  it('asks no further with --no-wait', async () => {
    await using api = await startFakeApi();
    const { code, out } = await runCli(api, ['start', 'x', '--no-wait']);
    expect({ code, out }).toEqual({ code: 0, out: 'x: starting\n' });
    expect(api.seen).toHaveLength(1);
    const { out: data } = await runCli(api, ['start', 'x', '--no-wait', '--json']);
    expect(JSON.parse(data)).toEqual({ status: 'starting' });
  });

  it('prints only the instance with --json', async () => {
    await using api = await startFakeApi({ getInstance: [starting, running] });
    const { out } = await runCli(api, ['--json', 'start', 'x']);
    expect(JSON.parse(out)).toEqual(running);
  });
});

describe('start --all', () => {
  it('prints what became of each, and fails when one did', async () => {
    await using api = await startFakeApi();
    const { code, out } = await runCli(api, ['start', '--all']);
    expect(out).toBe(`NAME  RESULT
a     started
b     queued
c     skipped
d     error (MODEL_NOT_FOUND)
`);
    expect(code).toBe(1);
    expect(api.seen).toMatchObject([{ id: 'startAllInstances' }]);
  });

  it('says so when there are none', async () => {
    const message = 'Start of all instances initiated';
    await using api = await startFakeApi({ startAllInstances: [{ message, results: [] }] });
    const { code, out } = await runCli(api, ['start', '--all']);
    expect({ code, out }).toEqual({ code: 0, out: 'No instances.\n' });
  });
});

describe('restart', () => {
  it('waits through the stop until the instance runs', async () => {
    const stopping = sampleInstance({ status: 'stopping' });
    await using api = await startFakeApi({ getInstance: [stopping, starting, running] });
    const { code, out } = await runCli(api, ['restart', 'llama2-7b']);
    expect(code).toBe(0);
    expect(out).toMatch(/^llama2-7b: stopping\nllama2-7b: starting\nllama2-7b: running on/);
    expect(api.seen[0]?.id).toBe('restartInstance');
  });
});
