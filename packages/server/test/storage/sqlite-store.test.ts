import { execFileSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceDefinition } from '@llamactl/contract';
import { type TempDir, tempDir } from '@llamactl/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.js';
import { createSqliteStore } from '../../src/storage/sqlite-store.js';

let dir: TempDir;
let file: string;

beforeEach(async () => {
  dir = await tempDir();
  file = join(dir.path, 'llamactl.db');
});
afterEach(() => dir.remove());

function definition(name: string, options = {}): InstanceDefinition {
  const at = '2024-01-15T10:30:00.000Z';
  const rest = { env: {}, command: null, extra_args: [], created_at: at, updated_at: at };
  const start = { auto_port: false, autostart: false, restart_policy: 'never' } as const;
  const use = { aliases: [], on_demand: null, idle_timeout: null, group: null, pinned: false };
  const model = { backend: 'llama-cpp', model_path: '/m.gguf', port: 8081 };
  return { name, ...model, options, ...rest, ...start, ...use };
}

async function withStore<T>(use: (store: ReturnType<typeof createSqliteStore>) => Promise<T>) {
  const store = createSqliteStore({ file });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

describe('createSqliteStore', () => {
  it('keeps definitions over a restart, exactly', async () => {
    const full = definition('b', { text: 'ü😀"\\', list: [1, 'a'], on: false, zero: 0, none: '' });
    await withStore(async (store) => {
      await store.put(definition('a'));
      await store.put(definition('b', { old: true }));
      await store.put(full);
      await store.put(definition('c'));
      await store.delete('c');
      await store.delete('never-there');
    });
    expect(await withStore((store) => store.load())).toEqual([definition('a'), full]);
  });

  it('makes its files for the owner alone, and nothing before the first call', async () => {
    await withStore(async (store) => {
      await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
      await store.put(definition('a'));
      for (const suffix of ['', '-wal', '-shm']) {
        expect((await stat(file + suffix)).mode & 0o777).toBe(0o600);
      }
    });
  });

  it('B6: writes ahead and synchronises fully', async () => {
    const database = openDatabase(file);
    expect(database.prepare('PRAGMA journal_mode').all()).toEqual([{ journal_mode: 'wal' }]);
    expect(database.prepare('PRAGMA synchronous').all()).toEqual([{ synchronous: 2 }]);
    const statement = database.prepare('SELECT 1');
    database.close();
    expect(() => statement.all()).toThrow('closed');
  });

  it('B12: refuses the file of a newer version and leaves every byte of it', async () => {
    const database = openDatabase(file);
    database.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const before = await readFile(file);
    await withStore(async (store) => {
      const error = { code: 'STORAGE_ERROR', message: expect.stringContaining('newer') };
      await expect(store.load()).rejects.toMatchObject(error);
      await expect(store.put(definition('a'))).rejects.toMatchObject(error);
    });
    expect(await readFile(file)).toEqual(before);
  });

  it('says so when the file is no database', async () => {
    await writeFile(file, 'something else'.repeat(1_000));
    await withStore(async (store) => {
      await expect(store.load()).rejects.toMatchObject({
        code: 'STORAGE_ERROR',
        message: expect.stringContaining('damaged'),
      });
    });
  });

  it('B7: leaves out one that cannot be read, tells of it, and loads the others', async () => {
    await withStore(async (store) => {
      await store.put(definition('a'));
      await store.put(definition('b'));
    });
    const database = openDatabase(file);
    database.exec(`UPDATE instances SET definition = '{"name":' WHERE name = 'a'`);
    database.close();
    const unreadable: string[] = [];
    const store = createSqliteStore({ file, onUnreadable: (name) => unreadable.push(name) });
    expect(await store.load()).toEqual([definition('b')]);
    expect(unreadable).toEqual(['a']);
    expect(store.unreadable?.()).toEqual(['a']);
    await store.put(definition('a'));
    expect(await store.load()).toEqual([definition('a'), definition('b')]);
    expect(store.unreadable?.()).toEqual([]);
    await store.close();
    const again = openDatabase(file);
    const kept = again.prepare('SELECT name, definition FROM quarantined_instances').all();
    expect(kept).toMatchObject([{ name: 'a', definition: '{"name":' }]);
    again.close();
  });

  it('fails after close', async () => {
    const store = createSqliteStore({ file });
    await store.load();
    await store.close();
    await store.close();
    await expect(store.put(definition('a'))).rejects.toMatchObject({ code: 'STORAGE_ERROR' });
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'B2: keeps the old value when the disk is full, and goes on when there is room',
    async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', dir.path]);
      try {
        await withStore(async (store) => {
          await store.put(definition('a', { version: 1 }));
          const ballast = join(dir.path, 'ballast');
          await writeFile(ballast, Buffer.alloc(600_000)).catch(() => {});
          const large = definition('a', { text: 'x'.repeat(100_000) });
          await expect(store.put(large)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
          expect(await store.load()).toEqual([definition('a', { version: 1 })]);
          await writeFile(ballast, '');
          await store.put(definition('a', { version: 2 }));
        });
        expect(await withStore((store) => store.load())).toEqual([definition('a', { version: 2 })]);
      } finally {
        execFileSync('umount', ['-l', dir.path]);
      }
    },
  );
});
