import { expect, it } from 'vitest';
import { findJsonValue, findJsonValues } from '../../../src/gateway/body/find-json-value.js';

const model = (json: string) => findJsonValue(Buffer.from(json), 'model');

it.each([
  ['{"model":"a"}', '"a"'],
  ['\ufeff {\n"x" : [1, {"model":"no"}, "]}"],\t"model" : "a" , "y":', '"a"'],
  ['{"a":"\\\\","b":"\\"","model":"c"}', '"c"'],
  ['{"a":-1.5e3,"b":true,"c":null,"model":"d"}', '"d"'],
  ['{"\\u006dodel":"a"}', '"a"'],
  ['{"model":12}', '12'],
  ['{"model":{"a":[1]}}', '{"a":[1]}'],
  ['{"model":"ä\\"🦙"}', '"ä\\"🦙"'],
])('finds it in %j', (json, value) => {
  expect(model(json)).toBe(value);
});

it.each([
  '',
  '[]',
  '"model"',
  '{}',
  '{"model"',
  '{"model":',
  '{"model":"a',
  '{"a" 1}',
  '{model:"a"}',
  '{"a":{"model":"b"}}',
  '{"a":[[["',
])('finds none in %j', (json) => {
  expect(model(json)).toBeNull();
});

it('takes the last of several values where all are looked through', () => {
  const json = Buffer.from('{"a":1,"b":2,"\\u0061":3,"c":4}');
  expect([...findJsonValues(json, ['a', 'c', 'd'])]).toEqual([
    ['a', '3'],
    ['c', '4'],
  ]);
  expect(findJsonValue(json, 'a')).toBe('1');
});

it('agrees with a parser on whatever is JSON', () => {
  for (let round = 0; round < 500; round++) {
    const value = randomObject(3);
    const found = findJsonValue(Buffer.from(JSON.stringify(value, null, round % 3)), 'model');
    const wanted = Object.hasOwn(value, 'model') ? value.model : undefined;
    expect(found === null ? undefined : JSON.parse(found)).toEqual(wanted);
  }
});

it.each([
  ['deep', '['.repeat(1_000_000)],
  ['a huge text', `{"a":"${'x'.repeat(30_000_000)}","model":"b"}`],
  ['many keys', `{${'"a":1,'.repeat(1_000_000)}"model":"b"}`],
])('is quick with what is %s', (_what, json) => {
  const body = Buffer.from(json);
  const begun = performance.now();
  findJsonValue(body, 'model');
  expect(performance.now() - begun).toBeLessThan(2_000);
});

function randomObject(depth: number): Record<string, unknown> {
  const keys = ['model', 'a', '"', '\\', 'mod', 'é'].filter(() => Math.random() < 0.5);
  return Object.fromEntries(keys.map((key) => [key, randomValue(depth - 1)]));
}

function randomValue(depth: number): unknown {
  const scalars = ['x', 'a"b', '\\', '}', 1.5, -3, true, null, ''];
  const pick = Math.floor(Math.random() * (scalars.length + (depth > 0 ? 4 : 0)));
  if (pick < scalars.length) return scalars[pick];
  return pick % 2 === 0 ? randomObject(depth) : [randomValue(depth - 1), randomValue(depth - 1)];
}
