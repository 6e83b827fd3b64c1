import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/cli-error.js';
import { createSessionStore } from '../../src/sessions/session-store.js';

const server = 'http://localhost:8080';
const session = {
  token: 'abc',
  expires_at: '2099-01-16T14:30:00.000Z',
  received_at: '2099-01-15T14:30:00.000Z',
};

describe('a session store', () => {
  it('keeps a session for each server, over processes', async () => {
    await using dir = await tempDir();
    createSessionStore(dir.path).write(server, session);
    const other = createSessionStore(dir.path);
    expect(other.read(server)).toEqual(session);
    expect(other.read('http://localhost:8081')).toBeUndefined();
    other.write(server, null);
    expect(other.read(server)).toBeUndefined();
    other.write(server, null);
  });

  it('S24: lets nobody else read it, whatever the umask', async () => {
    await using dir = await tempDir();
    const umask = process.umask(0);
    try {
      createSessionStore(join(dir.path, 'llamactl')).write(server, session);
    } finally {
      process.umask(umask);
    }
    const folder = join(dir.path, 'llamactl/sessions');
    const [file = ''] = await readdir(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(join(folder, file), 'utf8'))).toEqual({ server, ...session });
  });

  it('has none where the file is broken', async () => {
    await using dir = await tempDir();
    const store = createSessionStore(dir.path);
    store.write(server, session);
    const [file = ''] = await readdir(join(dir.path, 'sessions'));
    for (const text of ['', '{', 'null', '{"token":1}', '{"token":"a","expires_at":"soon"}']) {
      await writeFile(join(dir.path, 'sessions', file), text);
      expect(store.read(server)).toBeUndefined();
    }
  });

  it('says where it cannot keep one', () => {
    const store = createSessionStore('/dev/null/llamactl');
    expect(() => store.write(server, session)).toThrow(CliError);
    expect(() => store.write(server, session)).toThrow(/cannot be kept: .*ENOTDIR/);
  });
});
