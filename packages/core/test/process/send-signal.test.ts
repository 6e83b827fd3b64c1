import { isAlive, spawnProgram, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { identityOf } from '../../src/process/identity.js';
import { readProcess } from '../../src/process/process-table.js';
import type { ProcessIdentity } from '../../src/process/run.js';
import { sendGroupSignal, sendSignal } from '../../src/process/send-signal.js';

function identify(pid: number): ProcessIdentity {
  const found = readProcess(pid);
  if (found === null) throw new Error(`${pid} ended`);
  return identityOf(found);
}
const notSame = (identity: ProcessIdentity) => ({ ...identity, startedTicks: '1' });

test('a signal reaches the process that is meant, and no other with its pid', async () => {
  await using program = await spawnProgram('sleep', ['60']);
  const identity = identify(program.pid);
  expect(sendSignal(notSame(identity), 'SIGKILL')).toBe(false);
  expect(isAlive(program.pid)).toBe(true);
  expect(sendSignal(identity, 'SIGKILL')).toBe(true);
  expect(await program.exit).toMatchObject({ signal: 'SIGKILL' });
  expect(sendSignal(identity, 'SIGKILL')).toBe(false);
});

test('neither init nor this process is signalled', () => {
  expect(sendSignal(identify(1), 'SIGCONT')).toBe(false);
  expect(sendSignal(identify(process.pid), 'SIGCONT')).toBe(false);
});

test('a group is signalled whole while one who is known leads or belongs to it', async () => {
  // The test kit gives each program a group of its own.
  await using program = await spawnProgram('sh', ['-c', 'sleep 60 & echo $!; wait']);
  const child = Number((await program.waitForLine(/^\d+$/))[0]);
  const shim = identify(program.pid);
  const identity = identify(child);
  const strangers = { shim: notSame(shim), identity: notSame(identity) };
  expect(sendGroupSignal(strangers, 'SIGKILL')).toBe(false);
  expect(sendGroupSignal({ shim: identity, identity: shim }, 'SIGKILL')).toBe(false);
  expect(isAlive(child) && isAlive(program.pid)).toBe(true);
  expect(sendGroupSignal({ shim: notSame(shim), identity }, 'SIGKILL')).toBe(true);
  await program.exit;
  await waitFor(() => !isAlive(child));
});

test('this process’s own group is never signalled', () => {
  const self = identify(process.pid);
  const leader = { ...self, pid: readProcess(process.pid)?.pgid ?? 0 };
  expect(sendGroupSignal({ shim: leader, identity: self }, 'SIGCONT')).toBe(false);
});
