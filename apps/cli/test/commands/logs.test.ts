import { sampleAnswers } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { startFakeLiveApi } from '../fixtures/fake-live-api.js';
import { runCli } from '../fixtures/run-cli.js';

it('logs prints the lines that were asked for', async () => {
  await using api = await startFakeApi();
  const { code, out } = await runCli(api, ['logs', 'x', '-n', '5', '--level', 'warn']);
  expect(code).toBe(0);
  expect(out).toBe('2024-01-15T14:30:00Z INFO  Model loaded successfully\n');
  expect(api.seen).toMatchObject([
    { id: 'getInstanceLogs', params: { name: 'x' }, query: { lines: '5', level: 'warn' } },
  ]);
  const { out: data } = await runCli(api, ['logs', 'x', '--json']);
  expect(JSON.parse(data)).toEqual(sampleAnswers.getInstanceLogs.logs);
  expect(api.seen[1]?.query).toEqual({});
});

it('logs --follow prints lines as they come, until the instance is deleted', async () => {
  const { logs } = sampleAnswers.getInstanceLogs;
  await using api = await startFakeLiveApi({ logs });
  const { code, out, err } = await runCli(api, ['logs', 'x', '-f', '-n', '5', '--level', 'info']);
  expect(code).toBe(0);
  expect(out).toBe('2024-01-15T14:30:00Z INFO  Model loaded successfully\n');
  expect(err).toMatch(/^Lost the connection to http:.* Trying again in \d\.\d s\.\n$/);
  expect(api.asked[0]).toBe('/api/instances/x/logs?follow=true&lines=5&level=info');

  await using again = await startFakeLiveApi({ logs });
  const { out: data } = await runCli(again, ['logs', 'x', '--follow', '--json']);
  expect(
    data
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  ).toEqual(logs);
});
