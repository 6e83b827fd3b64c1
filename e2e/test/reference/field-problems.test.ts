import { expect, test } from 'vitest';
import { fieldProblems } from '../../reference/field-problems.js';
import type { FieldRules } from '../../reference/reference-row.js';

const body = {
  message: 'Done',
  items: [
    { name: 'a', size: 1, at: '2026-01-15T10:30:00.123Z' },
    { name: 'b', size: 2, at: '2026-01-15T10:30:00Z' },
  ],
};

test('an answer with every documented field has no problems', () => {
  const rules: FieldRules = {
    message: { is: 'Done' },
    items: { count: 2 },
    'items[].name': { oneOf: ['a', 'b'] },
    'items[].size': 'integer',
    'items[].at': 'timestamp',
  };
  expect(fieldProblems(body, rules)).toEqual([]);
});

test.each<[problem: string, rules: FieldRules]>([
  ["more is undefined, not 'string'", { more: 'string' }],
  ["message.text is undefined, not 'string'", { 'message.text': 'string' }],
  ["message is 'Done', not { is: 'Over' }", { message: { is: 'Over' } }],
  ["message is 'Done', not 'timestamp'", { message: 'timestamp' }],
  ["items[].name is 'a', not 'number'", { 'items[].name': 'number' }],
  ["items[].name is 'b', not { is: 'a' }", { 'items[].name': { is: 'a' } }],
  ["items[].name is 'b', not { oneOf: [ 'a' ] }", { 'items[].name': { oneOf: ['a'] } }],
  ['items[].colour is undefined', { 'items[].colour': 'string' }],
  ['not { count: 3 }', { items: { count: 3 } }],
  ["message is 'Done', not 'array'", { message: 'array' }],
])('%s', (problem, rules) => {
  expect(fieldProblems(body, rules).join()).toContain(problem);
});

test('a list that should hold something must not be empty', () => {
  expect(fieldProblems({ items: [] }, { 'items[].name': 'string' })).toEqual([
    'items[].name is missing',
  ]);
  expect(fieldProblems(null, { items: 'array' })).toEqual(["items is undefined, not 'array'"]);
});
