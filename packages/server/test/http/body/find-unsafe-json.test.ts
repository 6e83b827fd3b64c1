import { describe, expect, it } from 'vitest';
import { findUnsafeJson } from '../../../src/http/body/find-unsafe-json.js';
import { jsonTokens } from '../../../src/http/body/json-tokens.js';

describe('findUnsafeJson', () => {
  it.each([
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}'],
    ['{"a":"\\"b\\\\","c":"\\ud83d\\ude00"}'],
    ['{"text":"{\\"a\\":1,\\"a\\":2}"}'],
    ['{"a":-0.5e-3,"b":true,"c":null,"d":false}'],
    ['[9007199254740991,-9007199254740991,1e300]'],
    [' "text" '],
    ['{"keys":["a","a"],"a":"a"}'],
  ])('lets %s pass', (text) => {
    JSON.parse(text);
    expect(findUnsafeJson(text)).toBeNull();
  });

  it.each([
    ['{"a":1,"a":2}', 'a', /twice/],
    ['{"x":{"a":1,"\\u0061":2}}', 'x.a', /twice/],
    ['{"options":{"__proto__":{"x":1}}}', 'options.__proto__', /key/],
    ['{"options":{"\\u005f_proto__":1}}', 'options.__proto__', /key/],
    ['{"constructor":1}', 'constructor', /key/],
    ['{"list":["a",{"prototype":1}]}', 'list.1.prototype', /key/],
    ['{"a":"b\\u0000c"}', 'a', /NUL/],
    ['{"a":["x","\\ud800"]}', 'a.1', /surrogate/],
    ['{"\\udc00":1}', '\udc00', /surrogate/],
  ])('refuses %s at %s', (text, path, message) => {
    JSON.parse(text);
    expect(findUnsafeJson(text)).toEqual({
      code: 'INVALID_REQUEST',
      path,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['{"options":{"seed":9007199254740993}}', 'options.seed'],
    ['{"port":1e400}', 'port'],
    ['{"list":[1,-1e999]}', 'list.1'],
  ])('calls the number in %s wrong', (text, path) => {
    expect(findUnsafeJson(text)).toMatchObject({ code: 'VALIDATION_FAILED', path });
  });

  it('refuses depth and number of values beyond its limits, and not below', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(findUnsafeJson(nested(32))).toBeNull();
    expect(findUnsafeJson(nested(33))?.message).toMatch(/nested/);
    const list = (length: number) => `[${Array(length).fill('1').join(',')}]`;
    expect(findUnsafeJson(list(10_000))).toBeNull();
    expect(findUnsafeJson(list(10_001))?.message).toMatch(/10000 values/);
  });

  it('takes little time for the worst that fits into a body', () => {
    const bombs = [
      '['.repeat(500_000),
      `"${'\\\\'.repeat(499_999)}"`,
      `{${Array.from({ length: 90_000 }, (_, n) => `"k${n}":1`).join(',')}}`,
      ' '.repeat(1_000_000),
      `[${'1'.repeat(1_000_000)}]`,
    ];
    for (const bomb of bombs) {
      const begun = process.cpuUsage();
      findUnsafeJson(bomb);
      expect(process.cpuUsage(begun).user / 1_000).toBeLessThan(500);
    }
  });
});

describe('jsonTokens', () => {
  it('splits a text', () => {
    const text = '{ "a\\"b" : [ true, -1.5e+3 ,null ] }';
    expect([...jsonTokens(text)]).toEqual([
      '{',
      '"a\\"b"',
      ':',
      '[',
      ',',
      '-1.5e+3',
      ',',
      ']',
      '}',
    ]);
  });
});
