import { join } from 'node:path';
import { makeNvidiaSmi, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { askNvidiaSmi, parseComputeApps } from '../../src/metrics/nvidia-smi.js';

const mebibyte = 2 ** 20;

test.each<[string, [number, number | null][]]>([
  ['', []],
  ['No running processes found\n', []],
  ['4242, 512\n', [[4242, 512 * mebibyte]]],
  [
    '  7 ,  1 \r\n8, 0\r\n',
    [
      [7, mebibyte],
      [8, 0],
    ],
  ],
  [
    '1, [N/A]\n2, [Not Supported]\n3, [Insufficient Permissions]\n',
    [
      [1, null],
      [2, null],
      [3, null],
    ],
  ],
  // The same process on two GPUs.
  ['1, 100\n1, 23\n', [[1, 123 * mebibyte]]],
  ['1, [N/A]\n1, 5\n1, [N/A]\n', [[1, 5 * mebibyte]]],
  ['pid, used_gpu_memory [MiB]\n1, 5 MiB\nx, 5\n2\n', [[1, null]]],
])('of %j it takes what is known', (csv, expected) => {
  expect([...parseComputeApps(csv)]).toEqual(expected);
});

test('the tool is asked for this process', async () => {
  await using dir = await tempDir();
  const tool = await makeNvidiaSmi(dir.path, { used: 300 });
  expect((await askNvidiaSmi(tool))?.get(process.pid)).toBe(300 * mebibyte);
});

test('a tool that fails, cannot be run or is not there says nothing', async () => {
  await using dir = await tempDir();
  expect(await askNvidiaSmi(await makeNvidiaSmi(dir.path, { used: 300, exitCode: 9 }))).toBe(null);
  expect(await askNvidiaSmi(join(dir.path, 'nothing'))).toBe(null);
  expect(await askNvidiaSmi(dir.path)).toBe(null);
});
