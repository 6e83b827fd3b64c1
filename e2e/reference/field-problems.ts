import { inspect } from 'node:util';
import type { FieldRule, FieldRules } from './reference-row.js';

/** Everything in which an answer differs from the documented fields. Fields that are not documented are fine. */
export function fieldProblems(body: unknown, rules: FieldRules): string[] {
  return Object.entries(rules).flatMap(([path, rule]) => {
    const found = valuesAt(body, path);
    if (found.length === 0) return [`${path} is missing`];
    const wrong = found.filter((value) => !holds(value, rule));
    return wrong.slice(0, 1).map((value) => `${path} is ${inspect(value)}, not ${inspect(rule)}`);
  });
}

/** What stands at a path; a part that is missing gives `undefined`, an empty list gives nothing. */
function valuesAt(body: unknown, path: string): unknown[] {
  let values = [body];
  for (const part of path.split('.')) {
    const key = part.replace(/\[\]$/, '');
    values = values.map((value) => (isRecord(value) ? value[key] : undefined));
    if (part.endsWith('[]')) values = values.flat();
  }
  return values;
}

function holds(value: unknown, rule: FieldRule): boolean {
  if (typeof rule === 'string') return types[rule](value);
  if ('is' in rule) return value === rule.is;
  if ('oneOf' in rule) return typeof value === 'string' && rule.oneOf.includes(value);
  return Array.isArray(value) && value.length === rule.count;
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const types: Record<Extract<FieldRule, string>, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string' && value !== '',
  integer: (value) => Number.isInteger(value),
  number: (value) => Number.isFinite(value),
  array: (value) => Array.isArray(value),
  timestamp: (value) => typeof value === 'string' && moment.test(value),
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
