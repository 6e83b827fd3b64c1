import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createPastStore, type InstancePast } from '../../src/storage/past-store.js';

const past: InstancePast = {
  version: 1,
  instance: 'Chat',
  generation: 3,
  failure: 'crashed',
  last_exit: {
    code: null,
    signal: 'SIGKILL',
    reason: 'It ended.',
    at: '2026-01-02T03:04:05.678Z',
    log_tail: ['x'],
  },
  restarts: 2,
  crashes: 3,
  next_restart_at: '2026-01-02T03:04:09.678Z',
  held: true,
  boot_id: 'b',
};

test('keeps one for each instance, whatever the case of its name, for its owner alone', async () => {
  await using dir = await tempDir();
  const folder = join(dir.path, 'pasts');
  const store = createPastStore(folder);
  expect(await store.load()).toEqual(new Map());
  await store.put({ ...past, generation: 2 });
  await store.put(past);
  await store.put({ ...past, instance: 'con', last_exit: null });
  const loaded = await createPastStore(folder).load();
  expect([...loaded.keys()].sort()).toEqual(['chat', 'con']);
  expect(loaded.get('chat')).toEqual(past);
  expect((await stat(join(folder, 'instance-chat.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  await store.delete('CHAT');
  await store.delete('CHAT');
  expect([...(await store.load()).keys()]).toEqual(['con']);
});

test('what cannot be read counts as none, and the others are there', async () => {
  await using dir = await tempDir();
  const store = createPastStore(dir.path);
  await store.put(past);
  await writeFile(join(dir.path, 'instance-a.json'), '{"version":1');
  await writeFile(join(dir.path, 'instance-b.json'), JSON.stringify({ ...past, version: 0 }));
  await writeFile(join(dir.path, 'instance-c.json.1234.tmp'), 'left over');
  expect([...(await store.load()).keys()]).toEqual(['chat']);
  expect(await readdir(dir.path)).not.toContain('instance-c.json.1234.tmp');
});

test('B12: one of a newer release is refused, and nothing is changed', async () => {
  await using dir = await tempDir();
  const store = createPastStore(dir.path);
  await writeFile(join(dir.path, 'instance-b.json'), JSON.stringify({ ...past, version: 2 }));
  await writeFile(join(dir.path, 'instance-c.json.1234.tmp'), 'left over');
  const error = { code: 'STORAGE_ERROR', message: expect.stringContaining('newer release') };
  await expect(store.load()).rejects.toMatchObject(error);
  expect((await readdir(dir.path)).sort()).toEqual(['instance-b.json', 'instance-c.json.1234.tmp']);
});
