import { readFileSync } from 'node:fs';
import { spawnProgram } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import {
  findSameProcess,
  identityOf,
  isSameProcess,
  readBootId,
} from '../../src/process/identity.js';
import { readProcess } from '../../src/process/process-table.js';

test('a process is the same while it lives, and nobody after', async () => {
  await using program = await spawnProgram('sleep', ['60']);
  const found = readProcess(program.pid);
  if (found === null) throw new Error('it ended');
  const identity = identityOf(found);
  expect(isSameProcess(identity)).toBe(true);
  expect(findSameProcess(identity)?.pid).toBe(program.pid);
  expect(isSameProcess({ ...identity, startedTicks: `${identity.startedTicks}0` })).toBe(false);
  expect(isSameProcess({ ...identity, startedTicks: '' })).toBe(false);
  expect(isSameProcess({ ...identity, bootId: 'another' })).toBe(false);
  await program.kill('SIGKILL');
  expect(isSameProcess(identity)).toBe(false);
});

test.runIf(process.platform === 'linux')('the boot id is the one of the kernel', () => {
  expect(readBootId()).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
});
