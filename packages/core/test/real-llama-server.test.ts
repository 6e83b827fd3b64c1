import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTinyGguf } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

function argumentsOf(pid: number | null): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}

test('a real llama-server is started, asked, observed and stopped', async () => {
  await using lab = await openLab({ backend: 'real' });
  const { llamactl } = lab;
  const { port, pid } = await lab.run('tiny', 'running', {
    options: { threads: 1, context_size: 1024, gpu_layers: 0 },
  });
  const answer = await fetch(`http://127.0.0.1:${port}/completion`, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'Once', n_predict: 8, seed: 1 }),
  });
  const { content, tokens_predicted } = (await answer.json()) as Record<string, unknown>;
  expect(tokens_predicted).toBe(8);
  expect(content).toEqual(expect.stringMatching(/\w/));

  // Zero reaches the backend, and so do the names of the reference.
  expect(argumentsOf(pid)).toMatch(/--threads 1 .*--ctx-size 1024 .*--(n-)?gpu-layers 0 /);
  expect(llamactl.get('tiny').stats?.memory_usage).toBeGreaterThan(5_000_000);
  const logs = await llamactl.logs('tiny', { lines: 1_000 });
  expect(logs.some((entry) => entry.message.includes('model loaded'))).toBe(true);
  expect(logs.map((entry) => entry.seq)).toEqual(logs.map((_, i) => (logs[0]?.seq ?? 0) + i));

  await llamactl.stop('tiny');
  await llamactl.waitForStatus('tiny', 'stopped', within);
  expect(llamactl.get('tiny').last_exit).toMatchObject({ code: 0, signal: null });
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
});

test('false reaches the backend as the negation of a flag', async () => {
  await using lab = await openLab({ backend: 'real' });
  const { pid } = await lab.run('tiny', 'running', {
    options: { threads: 1, warmup: false, cont_batching: false, seed: 0, temp: 0 },
  });
  expect(argumentsOf(pid)).toMatch(/--no-warmup .*--no-cont-batching .*--seed 0 .*--temp 0 /);
});

test('a page of another origin cannot read what an instance answers', async () => {
  await using lab = await openLab({ backend: 'real' });
  const { port } = await lab.run('tiny', 'running', { options: { threads: 1 } });
  const headers = { Origin: 'https://evil.example' };
  const answer = await fetch(`http://127.0.0.1:${port}/v1/models`, { headers });
  expect(['*', 'https://evil.example']).not.toContain(
    answer.headers.get('access-control-allow-origin'),
  );
  expect(answer.headers.get('access-control-allow-credentials')).not.toBe('true');
});

test('a client that streams does not hold up a stop beyond its timeout', async () => {
  await using lab = await openLab({ backend: 'real' });
  // Slow enough (600 tokens/s) that the stream is still going on when it is cut.
  const model_path = await makeTinyGguf(join(lab.dir, 'slow.gguf'), { layers: 60, embd: 64 });
  const { port } = await lab.run('slow', 'running', { model_path, options: { threads: 1 } });
  const stream = await fetch(`http://127.0.0.1:${port}/completion`, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'Once', n_predict: 1_000_000, stream: true, ignore_eos: true }),
  });
  const reader = stream.body?.getReader();
  await reader?.read();
  await lab.llamactl.stop('slow', { timeoutMs: 1_000 });
  await lab.llamactl.waitForStatus('slow', 'stopped', within);
  // It ended because of the stop, in the middle of the stream: SIGTERM alone leaves it waiting.
  expect(lab.llamactl.get('slow').last_exit?.signal).toBe('SIGKILL');
  await reader?.cancel().catch(() => undefined);
});
