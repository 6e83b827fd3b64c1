import { makeNvidiaSmi, tempDir, waitFor } from '@llamactl/testkit';
import { afterEach, expect, it, vi } from 'vitest';
import { deadlineMs, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

afterEach(() => void vi.unstubAllEnvs());

it('tells what the processes of a running instance take, on GPUs too', async () => {
  await using dir = await tempDir();
  await makeNvidiaSmi(dir.path, { used: 1_000 });
  vi.stubEnv('PATH', `${dir.path}:${process.env.PATH}`);
  await using lab = await openLab({ statsIntervalMs: 100 });
  await lab.run('a');
  // Until GPUs have been looked at nobody takes the half for the whole.
  expect(lab.llamactl.memoryOf('a')).toBe(null);
  const use = await waitFor(() => lab.llamactl.memoryOf('a'), within);
  expect(use).toMatchObject({ gpuBytes: 1_000 * 2 ** 20 });
  expect(use?.residentBytes).toBe(lab.llamactl.get('a').stats?.memory_usage);
  await lab.llamactl.stop('a');
  expect(lab.llamactl.memoryOf('a')).toBe(null);
  expect(() => lab.llamactl.memoryOf('b')).toThrow(/"b"/);
});
