import { operations, serverMessages } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { apiReferenceParts } from '../../generate/api-reference.mjs';

const parts = new Map(apiReferenceParts());

test('every operation and every message has a part of its own', () => {
  const wanted = [
    ...Object.keys(operations).map((id) => `operation ${id}`),
    ...Object.keys(serverMessages).map((type) => `message ${type}`),
  ];
  expect(wanted.filter((marker) => !parts.get(marker))).toEqual([]);
});

test('an operation tells its request, its answer and its errors', () => {
  const stop = parts.get('operation stopInstance') ?? '';
  for (const text of [
    'POST /api/instances/{name}/stop',
    'which may be left out',
    '| `timeout` | number from 0 to 3600, in seconds |',
    'Answers 200:',
    '`"Instance stop initiated"`',
    '404 `INSTANCE_NOT_FOUND`; 409 `INSTANCE_NOT_RUNNING`.',
    'answers at once while it goes on. Scope `operate`.',
  ]) {
    expect(stop).toContain(text);
  }
  expect(parts.get('operation createInstance')).toContain('| Required. Instance name');
});

test('an operation that costs much says that it counts as such', () => {
  expect(parts.get('operation startInstance')).toContain('Counted as [intensive](#rate-limiting).');
  expect(parts.get('operation stopInstance')).not.toContain('intensive');
});

test('shapes are linked where they stand, and written out once', () => {
  expect(parts.get('operation listInstances')).toContain('list of [Instance](#instance)');
  expect(parts.get('operation getInstance')).toContain('with [InstanceDetails](#instancedetails).');
  expect(parts.get('shape Instance')).toContain('`model_path`');
  expect(parts.get('shape InstanceDetails')).not.toContain('`model_path`');
  expect(parts.get('message system_alert')).toContain('`data` is [Alert](#alert).');
});
