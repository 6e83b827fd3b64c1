import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from '@llamactl/contract';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import type { NumberedEvent } from '../src/index.js';
import {
  budgetBreaches,
  definitionBreaches,
  doubleBreaches,
  emptyTreeBreaches,
  eventBreaches,
  fileBreaches,
  openOperationBreaches,
  portBreaches,
  runningBreaches,
  secretBreaches,
} from './invariants.js';
import { definition } from './storage/definition.js';

function instance(name: string, changes: Partial<Instance> = {}): Instance {
  const none = { held: false, failure: null, last_exit: null, restarts: 0, next_restart_at: null };
  return { ...definition(name), status: 'stopped', pid: null, ...none, ...changes };
}

function moved(seq: number, previous_status: string, changed: Instance): NumberedEvent {
  const data = { instance: changed, previous_status };
  return { type: 'instance_status_changed', epoch: 'e', seq, timestamp: '', data } as NumberedEvent;
}

const isRight = () => true;
const running = instance('a', { status: 'running', pid: process.pid, port: 1 });

test('invariant 1 is broken by a definition that is lost, there twice, or old', () => {
  const list = [instance('a'), instance('b'), instance('b')];
  expect(definitionBreaches(list, new Map([['a', isRight]]))).toEqual([]);
  for (const name of ['b', 'c']) {
    expect(definitionBreaches(list, new Map([[name, isRight]]))).toHaveLength(1);
  }
  expect(definitionBreaches(list, new Map([['a', () => false]]))).toHaveLength(1);
});

test('invariant 2 is broken by two trees of one instance', () => {
  const tree = (instanceName: string, token: string) => ({ pid: 1, instance: instanceName, token });
  expect(doubleBreaches([tree('a', 'x'), tree('a', 'x'), tree('b', 'y')])).toEqual([]);
  expect(doubleBreaches([tree('a', 'x'), tree('a', 'y')])).toHaveLength(1);
});

test('invariant 3 is broken by a running instance that is not well, or does not listen itself', async () => {
  const llamactl = (status: string) =>
    ({ list: () => [running, instance('b')], health: async () => ({ status }) }) as never;
  expect(await runningBreaches(llamactl('unhealthy'))).toEqual(['a is running but unhealthy']);
  expect(await runningBreaches(llamactl('healthy'))).toHaveLength(1);
});

test('invariant 4 is broken by a process of what is stopped, or not there at all', () => {
  const process = (name: string) => ({ pid: 5, instance: name, token: '' });
  expect(emptyTreeBreaches([running], [process('A')])).toEqual([]);
  expect(emptyTreeBreaches([instance('a')], [process('a'), process('b')])).toHaveLength(2);
});

test('invariant 5 is broken by a port that two have', () => {
  const list = [instance('a', { port: 1 }), instance('b', { port: 2 })];
  expect(portBreaches(list)).toEqual([]);
  expect(portBreaches([...list, instance('c', { port: 2 })])).toHaveLength(1);
});

test('invariant 6 is broken by a gap, and by a move from a state that it was not in', () => {
  const good = [
    moved(1, 'stopped', instance('a', { status: 'starting' })),
    moved(2, 'starting', running),
  ];
  expect(eventBreaches(good)).toEqual([]);
  expect(eventBreaches([...good, moved(4, 'running', instance('a'))])).toHaveLength(1);
  expect(eventBreaches([...good, moved(3, 'stopping', instance('a'))])).toHaveLength(1);
});

test('invariants 7 and 8 are broken by an open operation, and a secret in an output', () => {
  expect(openOperationBreaches(new Set())).toEqual([]);
  expect(openOperationBreaches(new Set(['start a']))).toHaveLength(1);
  expect(secretBreaches(['nothing'], ['sesame'])).toEqual([]);
  expect(secretBreaches(['open sesame'], ['sesame'])).toHaveLength(1);
});

test('invariant 9 is broken by a file that is changed or gone', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'file');
  await writeFile(file, 'content');
  expect(fileBreaches(new Map([[file, 'content']]))).toEqual([]);
  expect(fileBreaches(new Map([[file, 'other']]))).toHaveLength(1);
  await rm(file);
  expect(fileBreaches(new Map([[file, 'content']]))).toHaveLength(1);
});

test('invariant 10 is broken by a fifth restart in a row', () => {
  const failed = (restarts: number) =>
    moved(1, 'starting', instance('a', { status: 'failed', failure: 'crashed', restarts }));
  expect(budgetBreaches([failed(4)])).toEqual([]);
  expect(budgetBreaches([failed(5)])).toHaveLength(1);
});
