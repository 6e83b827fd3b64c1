import { instanceStatusSchema } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { canTransition, instanceTransitions } from '../../src/instance/state-machine.js';

const states = instanceStatusSchema.options;

test('the table has a row for every state and names only states', () => {
  expect(Object.keys(instanceTransitions).sort()).toEqual([...states].sort());
  for (const targets of Object.values(instanceTransitions)) {
    for (const target of targets) expect(states).toContain(target);
  }
});

test('exactly the documented moves are allowed', () => {
  const allowed = states.flatMap((from) =>
    states.filter((to) => canTransition(from, to)).map((to) => `${from} > ${to}`),
  );
  expect(allowed.sort()).toEqual(
    [
      'stopped > starting',
      'starting > running',
      'starting > stopping',
      'starting > failed',
      'running > stopping',
      'running > failed',
      'running > stopped',
      'stopping > stopped',
      'failed > starting',
      'failed > stopped',
    ].sort(),
  );
});
