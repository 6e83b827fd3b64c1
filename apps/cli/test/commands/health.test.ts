import { sampleAnswers } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

it('health prints every check; its exit code says whether the instance is healthy', async () => {
  const healthy = sampleAnswers.getInstanceHealth;
  const stopped = { ...healthy, status: 'stopped' as const };
  await using api = await startFakeApi({ getInstanceHealth: [healthy, stopped] });
  const { code, out } = await runCli(api, ['health', 'x']);
  expect(code).toBe(0);
  expect(out).toMatch(/^status {4}healthy\nprocess {3}running\nport {6}open\nresponse {2}ok\n/);
  const second = await runCli(api, ['health', 'x', '--json']);
  expect(second.code).toBe(1);
  expect(JSON.parse(second.out)).toEqual(stopped);
});
