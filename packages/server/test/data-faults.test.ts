import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  freePort,
  isAlive,
  makeFakeCommand,
  type TempDir,
  tempDir,
  waitFor,
} from '@llamactl/testkit';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../src/storage/database.js';
import { buildProgram } from './support/build-program.js';
import { succeed } from './support/call.js';
import { processesOf, runOwnProgram } from './support/own-program.js';

const within = { timeoutMs: 60_000 };

let cli: string;
let dir: TempDir;
let data: string;
let model: string;
let command: string;
beforeAll(async () => {
  cli = await buildProgram(new URL('../src/cli.ts', import.meta.url));
});
beforeEach(async () => {
  dir = await tempDir();
  data = join(dir.path, 'data');
  model = join(dir.path, 'model.gguf');
  await writeFile(model, 'a fake backend does not read this');
  command = await makeFakeCommand('ready', { dir: dir.path });
});
afterEach(async () => {
  for (const pid of processesOf(dir.path)) process.kill(pid, 'SIGKILL');
  await dir.remove();
});

function run(settings: Record<string, string> = {}) {
  return runOwnProgram({ cli, home: dir.path, command, settings });
}

async function start(env?: Record<string, string>) {
  const program = await run(env);
  const [, url = ''] = await program.waitForLine(/^listening on (.*)$/, within);
  const stop = () => program.kill();
  return { program, url, stop, [Symbol.asyncDispose]: () => program.killTree() };
}

async function refusal() {
  await using program = await run();
  const { code } = await program.exit;
  expect(program.stdout).toBe('');
  expect(program.stderr).not.toMatch(/\n {4}at /);
  return { code, said: program.stderr };
}

async function create(url: string, name: string) {
  const body = { name, model_path: model, port: await freePort() };
  await succeed(url, 'createInstance', { body });
}

async function runOne(url: string): Promise<number> {
  await create(url, 'a');
  await succeed(url, 'startInstance', { name: 'a' });
  return waitFor(async () => {
    const { status, pid } = await succeed(url, 'getInstance', { name: 'a' });
    return status === 'running' ? pid : null;
  }, within);
}

function changeDatabase(sql: string): void {
  const database = openDatabase(join(data, 'llamactl.db'));
  database.exec(`${sql}; PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
}

test('B7: a definition that is damaged is left out and told, and the others are there', async () => {
  await using first = await start();
  for (const name of ['good', 'bad']) await create(first.url, name);
  await first.stop();
  changeDatabase(`UPDATE instances SET definition = '{"na' WHERE name = 'bad'`);
  await using second = await start();
  const { instances } = await succeed(second.url, 'listInstances');
  expect(instances.map(({ name }) => name)).toEqual(['good']);
  await second.program.waitForLine(/definition left out instance=bad/, within);
  await create(second.url, 'bad');
  await second.stop();
  const database = openDatabase(join(data, 'llamactl.db'));
  const kept = database.prepare('SELECT name, definition FROM quarantined_instances').all();
  database.close();
  expect(kept).toMatchObject([{ name: 'bad', definition: '{"na' }]);
});

test('B7: a running instance whose definition is damaged is taken over, and has its definition again', async () => {
  await using first = await start({ LLAMACTL_INSTANCES__ON_SHUTDOWN: 'keep' });
  const pid = await runOne(first.url);
  await first.stop();
  changeDatabase(`UPDATE instances SET definition = '{"na' WHERE name = 'a'`);
  await using second = await start();
  await second.program.waitForLine(/"a" has the definition again/, within);
  expect(await succeed(second.url, 'getInstance', { name: 'a' })).toMatchObject({ pid });
  await second.stop();
  await using third = await start();
  const { instances } = await succeed(third.url, 'listInstances');
  expect(instances.map(({ name }) => name)).toEqual(['a']);
  await third.stop();
});

test('B12: a run record of a newer version is refused in clear words, and its instance lives', async () => {
  await using first = await start({ LLAMACTL_INSTANCES__ON_SHUTDOWN: 'keep' });
  const pid = await runOne(first.url);
  await first.stop();
  const [folder = ''] = await readdir(join(data, 'runs'));
  const file = join(data, 'runs', folder, 'run.json');
  const newer = (await readFile(file, 'utf8')).replace('"version": 1', '"version": 2');
  await writeFile(file, newer);
  const { code, said } = await refusal();
  expect(code).toBe(1);
  expect(said).toMatch(/run\.json was written by a newer release/);
  expect(said).toMatch(/Use that release/);
  expect(isAlive(pid)).toBe(true);
  expect(await readFile(file, 'utf8')).toBe(newer);
});

test('B7: a data folder whose database is none is refused in clear words, and left as it is', async () => {
  await (await start()).stop();
  const file = join(data, 'llamactl.db');
  // With its log beside it SQLite would mend it.
  for (const suffix of ['-wal', '-shm']) await rm(file + suffix, { force: true });
  await writeFile(file, 'something else'.repeat(1_000));
  const before = await readFile(file);
  const { code, said } = await refusal();
  expect(code).toBe(1);
  expect(said).toMatch(/llamactl\.db.*damaged/);
  expect(said).toMatch(/[Pp]ut a copy of it back/);
  expect(await readFile(file)).toEqual(before);
});

test('B12: a data folder of a newer version is refused in clear words, touches no instance, and is left as it is', async () => {
  await using first = await start({ LLAMACTL_INSTANCES__ON_SHUTDOWN: 'keep' });
  const pid = await runOne(first.url);
  await first.stop();
  changeDatabase('PRAGMA user_version = 99');
  const before = await readFile(join(data, 'llamactl.db'));
  const { code, said } = await refusal();
  expect(code).toBe(1);
  expect(said).toMatch(/written by a newer version of Llamactl/);
  expect(said).toMatch(/[Ss]tart that version or a later one/);
  expect(await readFile(join(data, 'llamactl.db'))).toEqual(before);
  expect(isAlive(pid)).toBe(true);
});

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'B19: on a disk that cannot be written a server says why it does not start',
  async () => {
    await (await start()).stop();
    execFileSync('mount', ['--bind', data, data]);
    try {
      execFileSync('mount', ['-o', 'remount,ro,bind', data]);
      const { code, said } = await refusal();
      expect(code).toBe(1);
      expect(said).toContain(`The data folder ${data} cannot be used: EROFS`);
      expect(said).toContain('--data-dir');
    } finally {
      execFileSync('umount', ['-l', data]);
    }
  },
);

const breakdowns = {
  throws: 'throw new Error("by a test")',
  'runs out of memory': 'const kept = []; for (;;) kept.push(new Array(1e6).fill(kept.length))',
};

test.each([
  ['B13', 'throws', { code: 70, signal: null }],
  ['B18', 'runs out of memory', { code: null, signal: 'SIGABRT' }],
] as const)(
  '%s: a server that %s ends, its instance lives, and the next one takes it over',
  async (_, how, exit) => {
    const preload = join(dir.path, 'break.cjs');
    await writeFile(preload, `process.on('SIGUSR2', () => { ${breakdowns[how]} });`);
    await using first = await start({
      NODE_OPTIONS: `--require=${preload} --max-old-space-size=64`,
    });
    const pid = await runOne(first.url);
    first.program.child.kill('SIGUSR2');
    expect(await first.program.exit).toEqual(exit);
    expect(isAlive(pid)).toBe(true);
    await using second = await start();
    const instance = await succeed(second.url, 'getInstance', { name: 'a' });
    expect(instance).toMatchObject({ status: 'running', pid, restarts: 0 });
    await second.stop();
    expect(processesOf(dir.path)).toEqual([]);
  },
);
