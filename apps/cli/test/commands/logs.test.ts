import { expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';
import { sampleAnswers } from '../fixtures/samples.js';

it('logs prints the lines that were asked for', async () => {
  await using api = await startFakeApi();
  const { code, out } = await runCli(api, ['logs', 'x', '-n', '5', '--level', 'warn']);
  expect(code).toBe(0);
  expect(out).toBe('2024-01-15T14:30:00Z INFO  Model loaded successfully\n');
  expect(api.seen).toMatchObject([
    { id: 'getInstanceLogs', name: 'x', query: { lines: '5', level: 'warn' } },
  ]);
  const { out: data } = await runCli(api, ['logs', 'x', '--json']);
  expect(JSON.parse(data)).toEqual(sampleAnswers.getInstanceLogs.logs);
  expect(api.seen[1]?.query).toEqual({});
});
