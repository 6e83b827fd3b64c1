import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { writeConfigFile } from '../../src/config/write-config-file.js';
import { smallDisk } from '../support/small-disk.js';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('skipped: files can be given away by root alone');

test('makes a file for its owner alone', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'llamactl.yaml');
  await writeConfigFile(file, 'a: 1\n');
  expect(await readFile(file, 'utf8')).toBe('a: 1\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('keeps the permissions of a file', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'llamactl.yaml');
  await writeFile(file, 'old');
  await chmod(file, 0o664);
  await writeConfigFile(file, 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  expect((await stat(file)).mode & 0o7777).toBe(0o664);
});

test.runIf(isRoot)('keeps the owner of a file, which takes root', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'llamactl.yaml');
  await writeFile(file, 'old');
  await chown(file, 12_345, 23_456);
  await writeConfigFile(file, 'new');
  expect(await stat(file)).toMatchObject({ uid: 12_345, gid: 23_456 });
});

test('follows links to the file', async () => {
  await using dir = await tempDir();
  const [file, link, again] = ['real.yaml', 'link.yaml', 'again.yaml'].map((name) =>
    join(dir.path, name),
  ) as [string, string, string];
  await writeFile(file, 'old');
  await symlink('real.yaml', link);
  await symlink(link, again);
  await writeConfigFile(again, 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  for (const path of [link, again]) expect((await lstat(path)).isSymbolicLink()).toBe(true);
});

test('removes what a write that was killed has left, and nothing else', async () => {
  await using dir = await tempDir();
  const others = ['llamactl.yaml.bak', 'llamactl.yaml.0123456789ab.tmp~', 'x.0123456789ab.tmp'];
  for (const name of [...others, 'llamactl.yaml.0123456789ab.tmp']) {
    await writeFile(join(dir.path, name), '');
  }
  await writeConfigFile(join(dir.path, 'llamactl.yaml'), 'new');
  expect((await readdir(dir.path)).sort()).toEqual([...others, 'llamactl.yaml'].sort());
});

test.each([
  ['a file that is read-only', async (file: string) => chmod(file, 0o444), 'has no right to'],
  ['a link to nowhere', async (file: string) => symlink('nowhere', `${file}.link`), 'nowhere'],
  ['a folder', async (file: string) => mkdir(`${file}.link`), 'log of the server'],
])('refuses %s, and says what to do', async (_what, spoil, reason) => {
  await using dir = await tempDir();
  const file = join(dir.path, 'llamactl.yaml');
  await writeFile(file, 'old');
  await spoil(file);
  const [link] = (await readdir(dir.path)).filter((name) => name.endsWith('.link'));
  const path = link === undefined ? file : join(dir.path, link);
  await expect(writeConfigFile(path, 'new')).rejects.toMatchObject({
    code: 'STORAGE_ERROR',
    message: expect.stringMatching(new RegExp(`cannot be written: .*${reason}`)),
    details: expect.stringContaining('Nothing was changed'),
  });
  expect(await readFile(file, 'utf8')).toBe('old');
});

test('refuses a disk that is read-only', async (context) => {
  await using disk = await smallDisk(context);
  const file = join(disk.path, 'llamactl.yaml');
  await writeFile(file, 'old');
  await disk.makeReadOnly();
  await expect(writeConfigFile(file, 'new')).rejects.toMatchObject({
    code: 'STORAGE_ERROR',
    message: 'llamactl.yaml cannot be written: its disk is read-only.',
  });
});

test('leaves the old file when the disk is full', async (context) => {
  await using disk = await smallDisk(context);
  const file = join(disk.path, 'llamactl.yaml');
  await writeFile(file, 'old');
  await expect(writeConfigFile(file, 'x'.repeat(100_000))).rejects.toMatchObject({
    code: 'STORAGE_FULL',
  });
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await readdir(disk.path)).toEqual(['llamactl.yaml']);
});
