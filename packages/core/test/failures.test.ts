import { randomUUID } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateInstance, Failure } from '@llamactl/contract';
import {
  freePort,
  isAlive,
  makeCorruptGguf,
  processesWithMarker,
  waitFor,
} from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { deadlineMs, type Lab, type LabOptions, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

async function failed(lab: Lab, name = 'a') {
  await lab.llamactl.waitForStatus(name, 'failed', within);
  return lab.llamactl.get(name);
}

interface Case {
  readonly what: string;
  readonly failure: Failure;
  /** A pattern that the last log lines or the reason must hold. */
  readonly told: RegExp;
  readonly lab: LabOptions;
  readonly changes?: (lab: Lab) => Promise<Partial<CreateInstance>>;
}

const cases: Case[] = [
  {
    what: 'a corrupt model',
    failure: 'model_corrupt',
    told: /load/i,
    lab: { backend: 'real' },
    changes: async (lab) => {
      const model_path = join(lab.dir, 'corrupt.gguf');
      await makeCorruptGguf(model_path);
      return { model_path };
    },
  },
  {
    what: 'a value that the backend does not take',
    failure: 'bad_option',
    told: /rope|invalid|argument/i,
    lab: { backend: 'real' },
    changes: async () => ({
      options: { threads: 1, tensor_split: 'not,numbers,at,all,x'.repeat(50) },
    }),
  },
  {
    what: 'an exit before it is ready',
    failure: 'bad_option',
    told: /invalid argument/,
    lab: { backend: 'exits-early' },
  },
  {
    what: 'a port lost in the race',
    failure: 'port_in_use',
    told: /couldn't bind|port/i,
    lab: { backend: 'port-taken' },
  },
  {
    what: 'no GPU memory',
    failure: 'gpu_out_of_memory',
    told: /out of memory/,
    lab: { backend: 'out-of-memory' },
  },
];

test.each(cases)(
  '$what is told as $failure, with the last lines',
  async ({ failure, told, lab: options, changes }) => {
    await using lab = await openLab(options);
    await lab.create('a', await changes?.(lab));
    const { pid } = await lab.llamactl.start('a');
    const instance = await failed(lab);
    expect(instance.failure).toBe(failure);
    expect(`${instance.last_exit?.reason}\n${instance.last_exit?.log_tail.join('\n')}`).toMatch(
      told,
    );
    expect(isAlive(pid ?? 0)).toBe(false);
    await expect(lab.llamactl.waitForStatus('a', 'running', within)).rejects.toMatchObject({
      code: 'INSTANCE_FAILED',
    });
  },
);

test('A4: a backend that never gets ready is stopped, and told as startup_timeout', async () => {
  await using lab = await openLab({ backend: 'never-ready', startupTimeoutMs: 300 });
  await lab.create('a');
  const { pid } = await lab.llamactl.start('a');
  const instance = await failed(lab);
  expect(instance.failure).toBe('startup_timeout');
  expect(instance.last_exit?.reason).toMatch(/not ready within/);
  expect(isAlive(pid ?? 0)).toBe(false);
});

test('A2: a missing backend is told at the start, and nothing is tried again', async () => {
  await using lab = await openLab({ command: '/nowhere/llama-server' });
  await lab.create('a');
  await expect(lab.llamactl.start('a')).rejects.toMatchObject({
    code: 'BACKEND_NOT_FOUND',
    message: expect.stringContaining('/nowhere/llama-server'),
  });
  expect(lab.llamactl.get('a')).toMatchObject({ status: 'failed', failure: 'backend_not_found' });
  expect(lab.llamactl.get('a').next_restart_at).toBe(null);
});

test('A3: a model that is removed after create is told at the start, and a restored one starts', async () => {
  await using lab = await openLab();
  await lab.create('a');
  await rm(lab.model);
  await expect(lab.llamactl.start('a')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  expect(lab.llamactl.get('a')).toMatchObject({ status: 'failed', failure: 'model_missing' });
});

test('A16: SIGKILL of a running backend, as when memory runs out, is told with the signal', async () => {
  await using lab = await openLab({ backend: 'real' });
  const { pid } = await lab.run('a', 'running', { options: { threads: 1 } });
  process.kill(pid ?? 0, 'SIGKILL');
  const instance = await failed(lab);
  expect(instance).toMatchObject({ failure: 'crashed', pid: null, stats: null });
  expect(instance.last_exit).toMatchObject({ code: null, signal: 'SIGKILL' });
  expect(instance.last_exit?.reason).toContain('memory');
  // Started again, but not at once.
  expect(Date.parse(instance.next_restart_at ?? '')).toBeGreaterThan(Date.now());
  expect(instance.last_exit?.log_tail.join('\n')).toMatch(/listening on/);
});

test('a backend that ends by itself with 0 is stopped, not failed', async () => {
  await using lab = await openLab();
  const { pid } = await lab.run('a');
  process.kill(pid ?? 0, 'SIGTERM');
  await lab.llamactl.waitForStatus('a', 'stopped', within);
  expect(lab.llamactl.get('a')).toMatchObject({ failure: null, last_exit: { code: 0 } });
});

test.each(['ignores-sigterm', 'forks-children', 'floods-log'] as const)(
  'A6, A8: %s is stopped whole',
  async (backend) => {
    await using lab = await openLab({ backend });
    // Others look for processes by name on this machine too.
    const name = `whole-${randomUUID()}`;
    const { pid } = await lab.run(name);
    const tree = () => processesWithMarker(`LLAMACTL_INSTANCE=${name}`);
    await waitFor(() => tree().includes(pid ?? 0), within);
    const timeoutMs = 1_000;
    await lab.llamactl.stop(name, { timeoutMs });
    await lab.llamactl.waitForStatus(name, 'stopped', within);
    const { last_exit } = lab.llamactl.get(name);
    if (backend === 'ignores-sigterm') expect(last_exit?.signal).toBe('SIGKILL');
    expect(tree()).toEqual([]);
  },
);

test('A6: force kills at once', async () => {
  await using lab = await openLab({ backend: 'ignores-sigterm', stopTimeoutMs: 600_000 });
  await lab.run('a');
  // Long before the time of the stop, which is longer than this test may take.
  await lab.llamactl.stop('a', { force: true });
  await lab.llamactl.waitForStatus('a', 'stopped', within);
  expect(lab.llamactl.get('a').last_exit?.signal).toBe('SIGKILL');
});

test('a second stop with force hurries the first', async () => {
  await using lab = await openLab({ backend: 'ignores-sigterm', stopTimeoutMs: 60_000 });
  await lab.run('a');
  await lab.llamactl.stop('a');
  await lab.llamactl.stop('a', { force: true });
  await lab.llamactl.waitForStatus('a', 'stopped', { timeoutMs: 10_000 });
});

test('A2: a file that is not executable is no backend', async () => {
  await using lab = await openLab();
  const command = join(lab.dir, 'model.gguf');
  await chmod(command, 0o644);
  await using other = await openLab({ command });
  await other.create('a', { port: await freePort() });
  await expect(other.llamactl.start('a')).rejects.toMatchObject({ code: 'BACKEND_NOT_FOUND' });
});

test('a failure is told from the log of its own run, not of one before', async () => {
  await using lab = await openLab({ backend: 'real' });
  await lab.create('a', { options: { threads: 1, override_kv: 'nonsense' } });
  await lab.llamactl.start('a');
  expect((await failed(lab)).failure).toBe('bad_option');

  const model_path = join(lab.dir, 'corrupt.gguf');
  await makeCorruptGguf(model_path);
  await lab.llamactl.update('a', { options: { override_kv: null }, model_path });
  await lab.llamactl.start('a');
  const instance = await failed(lab);
  expect(instance.failure).toBe('model_corrupt');
  expect(instance.last_exit?.log_tail.join('\n')).not.toContain('override');
});
