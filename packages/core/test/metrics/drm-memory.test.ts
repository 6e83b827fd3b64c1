import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { parseDrmFdinfo, readDrmClients } from '../../src/metrics/drm-memory.js';

const head = (driver: string) =>
  `pos:\t0\nflags:\t02100002\ndrm-driver:\t${driver}\ndrm-client-id:\t4\ndrm-pdev:\t0000:03:00.0\n`;

test.each([
  ['amdgpu', 'drm-memory-vram:\t2048 KiB\ndrm-memory-gtt: \t999 KiB\n', 2 ** 21],
  [
    'amdgpu',
    'drm-total-vram:\t9 MiB\ndrm-resident-vram:\t3 MiB\ndrm-memory-vram:\t3072 KiB\ndrm-shared-vram:\t1 MiB\n',
    3 * 2 ** 20,
  ],
  [
    'i915',
    'drm-total-system0:\t7 MiB\ndrm-total-local0:\t4 MiB\ndrm-resident-local0:\t1024\n',
    1024,
  ],
  ['i915', 'drm-total-local0:\t4 MiB\ndrm-total-stolen-local0:\t9 MiB\n', 4 * 2 ** 20],
  ['xe', 'drm-resident-vram0:\t64 KiB\ndrm-resident-vram1:\t0\ndrm-total-vram1:\t5 MiB\n', 2 ** 16],
  ['xe', 'drm-resident-vram0:\t0\n', 0],
  ['nouveau', 'drm-resident-vram:\t12 MiB\n', 12 * 2 ** 20],
])('a client of %s with %j takes that much', (driver, memory, bytes) => {
  const key = `${driver} 0000:03:00.0 4`;
  expect(parseDrmFdinfo(head(driver) + memory)).toEqual({ key, bytes });
});

test.each([
  'pos:\t0\nflags:\t02\nmnt_id:\t13\nino:\t9\n',
  head('i915'),
  `${head('i915')}drm-total-system0:\t7 MiB\n`,
  `${head('xe')}drm-resident-vram0:\tmuch\n`,
  'drm-driver:\txe\ndrm-resident-vram0:\t7 MiB\n',
  '',
])('%j tells of nothing', (text) => {
  expect(parseDrmFdinfo(text)).toBe(null);
});

test('of the files of a process only devices are looked at', async () => {
  await using dir = await tempDir();
  const [proc, devices] = [dir.path, join(dir.path, 'dri')];
  for (const folder of ['fd', 'fdinfo']) await mkdir(join(proc, '77', folder), { recursive: true });
  const open = async (file: string, target: string, info?: string) => {
    await symlink(target, join(proc, '77', 'fd', file));
    if (info !== undefined) await writeFile(join(proc, '77', 'fdinfo', file), info);
  };
  const info = (id: number) => `drm-driver: xe\ndrm-client-id: ${id}\ndrm-resident-vram0: ${id}\n`;
  await open('3', `${devices}/renderD128`, info(3));
  await open('4', 'socket:[4711]', info(4));
  await open('5', `${devices}/renderD129`, info(5));
  await open('6', `${devices}/closed-meanwhile`);
  const clients = await readDrmClients(77, { proc, devices });
  expect(clients.map(({ bytes }) => bytes)).toEqual([3, 5]);
  expect(await readDrmClients(78, { proc, devices })).toEqual([]);
});
