import { randomInt, randomUUID } from 'node:crypto';
import { rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  fakeBackendPath,
  isAlive,
  makeFakeCommand,
  ownPorts,
  processesWithMarker,
  waitFor,
} from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { llamaCpp } from '../src/index.js';
import { canListen } from '../src/ports/can-listen.js';
import { settleAll } from '../src/support/settle-all.js';
import { cheapBackend } from './cheap-backend.js';
import { deadlineMs, openLab } from './lab.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;
const within = { timeoutMs: deadlineMs };
const lanes = 8;
/** Of all names, so that no other run on this machine has processes of such a name. */
const prefix = `faults-${randomUUID()}-`;

/** Runs so many rounds, some of them at the same time. */
async function inLanes(rounds: number, run: (name: string) => Promise<void>): Promise<void> {
  let next = 0;
  const runLane = async () => {
    while (next < rounds) await run(`${prefix}${next++}-`);
  };
  await settleAll(Array.from({ length: lanes }, runLane));
}

const stops = isFull ? 200 : 24;
test(`A7: a stop at any moment while it loads ends within its time, ${stops} times`, {
  timeout: 600_000,
}, async () => {
  // Deaf to SIGTERM for a part of the time, as one that reads a large file.
  const program = `trap '' TERM; sleep 0.1; trap 'exit 0' TERM; while :; do sleep 0.05; done`;
  const loading = { ...cheapBackend(program), isReady: () => false, probe: async () => 'loading' };
  const backends = { 'llama-cpp': loading as never };
  await using lab = await openLab({ backends, portRange: ownPorts() });
  const { llamactl } = lab;
  await inLanes(stops, async (name) => {
    await llamactl.create({ name, model_path: lab.model });
    const { pid } = await llamactl.start(name);
    await delay(randomInt(isFull ? 2_000 : 200));
    await llamactl.stop(name, { timeoutMs: 400 });
    await llamactl.waitForStatus(name, 'stopped', within);
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(lab.moves.filter((move) => move.startsWith(`${name}:`))).toEqual([
      `${name}: null > stopped`,
      `${name}: stopped > starting`,
      `${name}: starting > stopping`,
      `${name}: stopping > stopped`,
    ]);
    await llamactl.remove(name);
  });
});

const ends = isFull ? 1_000 : 60;
test(`A26: an exit in the moment of a stop ends in one state with one event, ${ends} times`, {
  timeout: 600_000,
}, async () => {
  // By itself, between one moment and the next; each second one with a failure.
  const program = 'sleep 0.0$(($$ % 10)); exit $(($$ / 10 % 2))';
  const backends = { 'llama-cpp': cheapBackend(program) };
  await using lab = await openLab({ backends, portRange: ownPorts() });
  const { llamactl } = lab;
  const seen = new Map<string, number>();
  await inLanes(ends, async (name) => {
    await llamactl.create({ name, model_path: lab.model, restart_policy: 'never' });
    await llamactl.start(name);
    await delay(randomInt(100));
    const code = await llamactl.stop(name, { force: true }).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    );
    expect(['accepted', 'INSTANCE_NOT_RUNNING']).toContain(code);
    await waitFor(() => ['stopped', 'failed'].includes(llamactl.get(name).status), within);
    await llamactl.update(name, {});
    const moves = lab.moves.filter((move) => move.startsWith(`${name}:`));
    const last = moves.at(-1) ?? '';
    // An accepted stop ends in stopped, also of what has failed just before.
    if (code === 'accepted') expect(last).toMatch(/> stopped$/);
    expect(moves.filter((move) => move.endsWith('> stopped')).length).toBeLessThanOrEqual(2);
    seen.set(last.replace(/^.*: /, ''), (seen.get(last.replace(/^.*: /, '')) ?? 0) + 1);
    expect(llamactl.get(name).pid).toBe(null);
    await llamactl.remove(name);
  });
  expect(seen.size).toBeGreaterThan(0);
  expect(processesWithMarker(`LLAMACTL_INSTANCE=${prefix}`)).toEqual([]);
});

test('A9: what its leader leaves behind goes, and its port is free before it is stopped', async () => {
  await using lab = await openLab({ backend: 'daemonises' });
  const name = `${prefix}a9`;
  const { port } = await lab.create(name);
  await lab.llamactl.start(name);
  let wasFree: Promise<boolean> | undefined;
  lab.llamactl.on('instance_status_changed', ({ instance }) => {
    if (instance.status === 'stopped') wasFree ??= canListen('127.0.0.1', port);
  });
  const stopped = await lab.llamactl.waitForStatus(name, 'stopped', within);
  expect(stopped.last_exit).toMatchObject({ code: 0 });
  expect(await wasFree).toBe(true);
  expect(processesWithMarker(`LLAMACTL_INSTANCE=${name}`)).toEqual([]);
});

test('A17: a model that is cut off while it is in use is told with the signal, and so is a fault of its own', async () => {
  await using lab = await openLab({ backend: 'real' });
  const options = { threads: 1, warmup: false };
  const { pid } = await lab.run('segv', 'running', { options, restart_policy: 'never' });
  process.kill(pid ?? 0, 'SIGSEGV');
  const failed = await lab.llamactl.waitForStatus('segv', 'failed', within);
  expect(failed).toMatchObject({ failure: 'crashed', last_exit: { signal: 'SIGSEGV' } });

  const { port } = await lab.run('bus', 'running', { options, restart_policy: 'never' });
  await truncate(lab.model, 4_096);
  // It reads what is gone when it works.
  await fetch(`http://127.0.0.1:${port}/completion`, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'Once upon a time', n_predict: 8 }),
  }).catch(() => undefined);
  const cut = await lab.llamactl.waitForStatus('bus', 'failed', within);
  expect(cut).toMatchObject({ failure: 'crashed', last_exit: { signal: 'SIGBUS' } });
  expect(cut.last_exit?.reason).toContain('model file');
});

test('A23: a model file that is removed in use changes nothing until the next start, which tells it', async () => {
  await using lab = await openLab({ backend: 'real' });
  const { pid, port } = await lab.run('a', 'running', { options: { threads: 1 } });
  await rm(lab.model);
  const answer = await fetch(`http://127.0.0.1:${port}/completion`, {
    method: 'POST',
    body: JSON.stringify({ prompt: 'Once', n_predict: 4 }),
  });
  expect(answer.status).toBe(200);
  expect(lab.llamactl.get('a')).toMatchObject({ status: 'running', pid });
  await lab.llamactl.restart('a');
  await waitFor(() => lab.llamactl.get('a').status === 'failed', within);
  expect(lab.llamactl.get('a')).toMatchObject({ failure: 'model_missing', next_restart_at: null });
});

test('A25: a GPU that is not free yet at the next start is tried again', async () => {
  await using lab = await openLab();
  const busy = join(lab.dir, 'busy');
  const ready = await makeFakeCommand('ready', { dir: lab.dir });
  const command = join(lab.dir, 'gpu');
  const outOfMemory = fakeBackendPath('out-of-memory');
  const script = `#!/bin/sh\n[ -e '${busy}' ] && exec '${outOfMemory}' "$@"\nexec '${ready}' "$@"\n`;
  await writeFile(command, script, { mode: 0o755 });
  await using gpu = await openLab({ backends: { 'llama-cpp': llamaCpp({ command }) } });
  await gpu.run('a');
  await writeFile(busy, '');
  await gpu.llamactl.restart('a');
  await waitFor(() => gpu.llamactl.get('a').failure === 'gpu_out_of_memory', within);
  expect(gpu.llamactl.get('a').next_restart_at).not.toBe(null);
  await rename(busy, `${busy}-no-more`);
  await waitFor(() => gpu.llamactl.get('a').status === 'running', within);
  expect(gpu.llamactl.get('a').restarts).toBe(1);
});
