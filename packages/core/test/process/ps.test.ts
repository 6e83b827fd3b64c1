import { spawnProgram } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { readProcess } from '../../src/process/process-table.js';
import { parsePsLine, readPs } from '../../src/process/ps.js';

test.for([
  ['  501     1   501 Ss    2048   0:01.25 Thu Oct  8 09:05:03 2026', 125, 'Ss'],
  ['  501     1   501 S+    2048 12:34.00 Thu Oct 18 09:05:03 2026', 75_400, 'S+'],
  ['  501     1   501 Z        0 01:00:00 Thu Oct  8 09:05:03 2026', 360_000, 'Z'],
  ['  501     1   501 R     2048 2-01:00:00 Thu Oct  8 09:05:03 2026', 17_640_000, 'R'],
] as const)('a line of ps is read: "%s"', ([line, cpuTicks, state]) => {
  expect(parsePsLine(line)).toMatchObject({
    pid: 501,
    ppid: 1,
    pgid: 501,
    session: null,
    cpuTicks,
  });
  expect(parsePsLine(line)?.state).toBe(state[0]);
  expect(parsePsLine(line)?.startedTicks).toMatch(/^Thu Oct 1?8 09:05:03 2026$/);
});

test('an empty line is none', () => {
  expect(parsePsLine('')).toBe(null);
});

test('ps and the system table agree', async () => {
  await using program = await spawnProgram('sleep', ['60']);
  const [entry] = readPs(program.pid);
  const { pid, ppid, pgid } = readProcess(program.pid) ?? {};
  expect(entry).toMatchObject({ pid, ppid, pgid, state: 'S', cpuTicks: 0 });
  expect(entry?.residentBytes).toBeGreaterThan(100_000);
  expect(readPs(program.pid)[0]?.startedTicks).toBe(entry?.startedTicks);
  expect(readPs().map((each) => each.pid)).toEqual(
    expect.arrayContaining([process.pid, program.pid]),
  );
  await program.kill('SIGKILL');
  expect(readPs(program.pid)).toEqual([]);
});
