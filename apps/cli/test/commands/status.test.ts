import { sampleAnswers } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

it('status prints the figures, and says which are unknown', async () => {
  await using api = await startFakeApi();
  const { code, out } = await runCli(api, ['status']);
  expect(code).toBe(0);
  expect(out).toBe(`version    1.2.3
uptime     1 h 5 min
instances  5 (2 running, 1 starting, 1 failed, 1 stopped)
cpu        12.5 % of all cores
memory     4.0 GiB of 16.0 GiB (25.0 %)
disk       unknown
`);
  const { out: data } = await runCli(api, ['status', '--json']);
  expect(JSON.parse(data)).toEqual(sampleAnswers.getSystemStatus);
});
