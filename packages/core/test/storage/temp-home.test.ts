import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, spawnProgram, tempDir } from '@llamactl/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram } from '../build-program.js';

let app: BuiltProgram;
beforeAll(async () => {
  app = await buildProgram(new URL('hold-home.ts', import.meta.url));
});
afterAll(() => app[Symbol.asyncDispose]());

async function open(parent: string) {
  const program = await spawnProgram(process.execPath, [app.file], { env: { TMPDIR: parent } });
  const [line] = await program.waitForLine(/^\{.*\}$/);
  const { dir, pid }: { dir: string; pid: number } = JSON.parse(line);
  return { program, dir, pid };
}

test('the home is for its owner alone, locked, and gone when it is closed', async () => {
  await using parent = await tempDir();
  const { program, dir } = await open(parent.path);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  expect(await readdir(dir)).toContain('manager.lock');
  await program.kill('SIGTERM');
  expect(await program.exit).toEqual({ code: 0, signal: null });
  expect(await readdir(parent.path)).toEqual([]);
});

test('the next app removes the home of a killed one with what runs, and no other', async () => {
  await using parent = await tempDir();
  const killed = await open(parent.path);
  const living = await open(parent.path);
  const kept = join(parent.path, 'llamactl-mydata');
  await mkdir(kept);
  await writeFile(join(kept, 'manager.lock'), '{"pid":1');
  await killed.program.kill('SIGKILL');
  expect(isAlive(killed.pid)).toBe(true);
  const next = await open(parent.path);
  expect(isAlive(killed.pid)).toBe(false);
  expect(existsSync(killed.dir)).toBe(false);
  expect([living.dir, kept, next.dir].map(existsSync)).toEqual([true, true, true]);
  expect(isAlive(living.pid)).toBe(true);
  for (const { program } of [living, next]) await program.kill('SIGTERM');
});
