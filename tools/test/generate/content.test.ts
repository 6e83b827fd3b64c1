import { expect, test } from 'vitest';
import { errorTable } from '../../generate/error-table.mjs';
import { stateDiagram } from '../../generate/state-diagram.mjs';

test('draws every move of the table, and where it begins', () => {
  const diagram = stateDiagram({ off: ['on'], on: ['off', 'broken'], broken: [] }, 'off');
  expect(diagram.split('\n')).toEqual([
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> off',
    '  off --> on',
    '  on --> off',
    '  on --> broken',
    '```',
  ]);
});

test('lists every code with its status and meaning', () => {
  const table = errorTable({ GONE: [410, 'a | b'], INTERNAL: [500, 'broken'] });
  expect(table.split('\n')).toEqual([
    '| code       | HTTP status | meaning |',
    '| ---------- | ----------- | ------- |',
    '| `GONE`     | 410         | a \\| b  |',
    '| `INTERNAL` | 500         | broken  |',
  ]);
});
