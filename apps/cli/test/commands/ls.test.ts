import { sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

const instances = [
  sampleInstance({ name: 'a', status: 'running', pid: 12345 }),
  sampleInstance({ name: 'long-name', status: 'failed', failure: 'model_missing', port: 65535 }),
];

describe('ls', () => {
  it('prints an aligned table', async () => {
    await using api = await startFakeApi({ listInstances: [{ instances }] });
    const { code, out } = await runCli(api, ['ls']);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'NAME       STATUS                  PORT   PID    MODEL',
        'a          running                 8081   12345  /models/llama-2-7b.gguf',
        'long-name  failed (model_missing)  65535  -      /models/llama-2-7b.gguf',
        '',
      ].join('\n'),
    );
  });

  it('has colours only where they are wanted, without moving a column', async () => {
    await using api = await startFakeApi({ listInstances: [{ instances }] });
    const plain = (await runCli(api, ['ls'])).out;
    const coloured = (await runCli(api, ['ls'], { colour: true })).out;
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[32mrunning');
    expect(withoutColours(coloured)).toBe(plain);
  });

  it('prints the data as JSON', async () => {
    await using api = await startFakeApi();
    const { out } = await runCli(api, ['ls', '--json']);
    const { stats: _, ...listed } = sampleInstance();
    expect(JSON.parse(out)).toEqual([listed]);
  });

  it('says how to make the first instance', async () => {
    await using api = await startFakeApi({ listInstances: [{ instances: [] }] });
    expect((await runCli(api, ['ls'])).out).toContain('llamactl create NAME --model PATH');
    expect((await runCli(api, ['--json', 'ls'])).out).toBe('[]\n');
  });
});

function withoutColours(text: string): string {
  return text
    .split('\u001b')
    .map((part, index) => (index === 0 ? part : part.replace(/^\[\d+m/, '')))
    .join('');
}
