import { describe, expect, it } from 'vitest';
import { isAlive, processesWithMarker, spawnProgram, tempDir, waitFor } from '../../src/index.js';

const shell = (script: string, env = {}) => spawnProgram('/bin/sh', ['-c', script], { env });

describe('spawnProgram', () => {
  it('collects output and exit', async () => {
    await using program = await shell('echo out; echo err >&2; exit 4');
    expect(await program.exit).toEqual({ code: 4, signal: null });
    expect([program.stdout, program.stderr]).toEqual(['out\n', 'err\n']);
  });

  it('adds to the environment and takes away from it', async () => {
    const env = { ADDED: 'yes', HOME: undefined };
    await using program = await spawnProgram('env', [], { env });
    await program.exit;
    const lines = program.stdout.split('\n');
    expect(lines).toContain('ADDED=yes');
    expect(lines).toContain(`PATH=${process.env.PATH}`);
    expect(lines.filter((line) => line.startsWith('HOME='))).toEqual([]);
  });

  it('runs in a folder', async () => {
    await using dir = await tempDir();
    await using program = await spawnProgram('pwd', [], { cwd: dir.path });
    await program.exit;
    expect(program.stdout).toBe(`${dir.path}\n`);
  });

  it('rejects when the program does not exist', async () => {
    await expect(spawnProgram('/no/such/program')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('tells which signal ended it', async () => {
    await using program = await spawnProgram('sleep', ['60']);
    expect(await program.kill()).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await program.kill()).toEqual({ code: null, signal: 'SIGTERM' });
  });
});

describe('waitForLine', () => {
  it('finds lines of either stream, old and new, whole ones only', async () => {
    await using program = await shell(
      'echo first; printf "sec" >&2; read -r _ </dev/null; printf "ond 42\\n" >&2; printf last',
    );
    expect((await program.waitForLine(/^second (\d+)$/))[1]).toBe('42');
    expect((await program.waitForLine(/^first$/))[0]).toBe('first');
    await program.waitForLine(/^last$/);
  });

  it('fails at once when the program has ended without it, and quotes the output', async () => {
    await using program = await shell('echo something else');
    await program.exit;
    await expect(program.waitForLine(/wanted/)).rejects.toThrow(
      '/bin/sh wrote no line like /wanted/ before its end; it wrote:\nsomething else\n',
    );
  });

  it('fails at the deadline', async () => {
    await using program = await spawnProgram('sleep', ['60']);
    await expect(program.waitForLine(/wanted/, { timeoutMs: 20 })).rejects.toThrow('within 20 ms');
  });
});

describe('killing the tree', () => {
  const families = [
    ['a child', 'sleep 300 & echo $!; wait'],
    ['a child that ignores SIGTERM', 'trap "" TERM; sleep 300 & echo $!; wait'],
    ['a child in its own session', 'setsid sleep 300 & echo $!; wait'],
    ['an orphan in its own session', 'setsid sleep 300 & echo $!'],
    ['a descendant without the marker', 'env -i setsid /bin/sleep 300 & echo $!; wait'],
  ] as const;

  it.each(families)('ends %s', async (_, script) => {
    const program = await shell(`exec 2>&1; ${script}`);
    const [line] = await program.waitForLine(/^\d+$/);
    const pid = Number(line);
    await waitFor(() => isAlive(pid));
    await program[Symbol.asyncDispose]();
    await waitFor(() => !isAlive(pid), { message: `process ${pid} to end` });
    expect(processesWithMarker(program.marker)).toEqual([]);
  });
});

describe('isAlive and processesWithMarker', () => {
  it('count a zombie as dead', async () => {
    // The shell replaces itself by a program that never collects its child.
    await using program = await shell('sleep 0 & echo $!; exec sleep 60');
    const [line] = await program.waitForLine(/^\d+$/);
    await waitFor(() => !isAlive(Number(line)), { message: 'the child to be a zombie' });
    expect(() => process.kill(Number(line), 0)).not.toThrow();
    expect(processesWithMarker(program.marker)).toEqual([program.pid]);
  });

  it('know that this process lives and that a pid is free', async () => {
    await using program = await shell('exit 0');
    await program.exit;
    expect([isAlive(process.pid), isAlive(program.pid)]).toEqual([true, false]);
  });
});
