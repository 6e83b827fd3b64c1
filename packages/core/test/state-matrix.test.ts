import { rm, writeFile } from 'node:fs/promises';
import type { InstanceStatus } from '@llamactl/contract';
import type { FakeBackendName } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { LlamactlError } from '../src/index.js';
import { deadlineMs, type Lab, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };
const operations = ['start', 'stop', 'restart', 'remove'] as const;
type Operation = (typeof operations)[number];

/** What an operation on an instance answers: its status by then, or the code of the refusal. */
const answers: Record<InstanceStatus, Record<Operation, string>> = {
  stopped: {
    start: 'starting',
    stop: 'INSTANCE_NOT_RUNNING',
    restart: 'starting',
    remove: 'removed',
  },
  starting: {
    start: 'starting',
    stop: 'stopping',
    restart: 'stopping',
    remove: 'INSTANCE_NOT_STOPPED',
  },
  running: {
    start: 'INSTANCE_ALREADY_RUNNING',
    stop: 'stopping',
    restart: 'stopping',
    remove: 'INSTANCE_NOT_STOPPED',
  },
  stopping: {
    start: 'INSTANCE_STOPPING',
    stop: 'stopping',
    restart: 'stopping',
    remove: 'INSTANCE_NOT_STOPPED',
  },
  failed: { start: 'starting', stop: 'stopped', restart: 'starting', remove: 'removed' },
};

/** Fakes that stay in a state for long enough. */
const fakes: Partial<Record<InstanceStatus, FakeBackendName>> = {
  starting: 'never-ready',
  stopping: 'ignores-sigterm',
};

async function bringTo(state: InstanceStatus, { llamactl, model, create }: Lab): Promise<void> {
  await create('a');
  if (state === 'stopped') return;
  if (state === 'failed') {
    await rm(model);
    await llamactl.start('a').catch(() => undefined);
    await writeFile(model, 'back again');
    return;
  }
  await llamactl.start('a');
  if (state === 'starting') return;
  await llamactl.waitForStatus('a', 'running', within);
  if (state === 'stopping') await llamactl.stop('a');
}

async function answerOf(operation: Operation, { llamactl }: Lab): Promise<string> {
  try {
    const instance = await llamactl[operation]('a');
    return instance?.status ?? 'removed';
  } catch (error) {
    if (LlamactlError.is(error)) return error.code;
    throw error;
  }
}

const cases = (Object.keys(answers) as InstanceStatus[]).flatMap((state) =>
  operations.map((operation) => [operation, state, answers[state][operation]] as const),
);

test.each(cases)('C3: %s in state %s answers %s', async (operation, state, answer) => {
  await using lab = await openLab({ backend: fakes[state] ?? 'ready', stopTimeoutMs: 2_000 });
  await bringTo(state, lab);
  expect(lab.llamactl.get('a').status).toBe(state);
  expect(await answerOf(operation, lab)).toBe(answer);
  const isThere = lab.llamactl.list().length === 1;
  expect(isThere).toBe(answer !== 'removed');
  if (/^INSTANCE_/.test(answer)) expect(lab.llamactl.get('a').status).toBe(state);
});
