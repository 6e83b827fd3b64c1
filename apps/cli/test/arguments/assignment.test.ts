import { describe, expect, it } from 'vitest';
import { optionsOf, optionValue, splitAssignment } from '../../src/arguments/assignment.js';
import { create } from '../../src/commands/create.js';

describe('optionValue', () => {
  it.each([
    ['4', 4],
    ['-1', -1],
    ['0.7', 0.7],
    ['1e-3', 0.001],
    ['true', true],
    ['false', false],
    ['null', null],
    ['', ''],
    ['chatml', 'chatml'],
    ['007', '007'],
    ['+1', '+1'],
    ['0x10', '0x10'],
    ['Infinity', 'Infinity'],
    ['"4"', '4'],
    ['"a\\nb"', 'a\nb'],
    ['"', '"'],
    ['"a"b"', '"a"b"'],
  ])('%s is %j', (text, value) => {
    expect(optionValue(text)).toBe(value);
  });
});

describe('optionsOf', () => {
  it('makes a list of a key that is given again', () => {
    const texts = ['lora=/a', 'lora=/b', 'lora=3', 'threads=4', 'x=1', 'x=null'];
    expect(optionsOf(texts, create)).toEqual({ lora: ['/a', '/b', 3], threads: 4 });
  });

  it('refuses a switch that is given again', () => {
    expect(() => optionsOf(['mlock=true', 'mlock=false'], create)).toThrow('given twice');
  });

  it('takes any key for a plain one', () => {
    const options = optionsOf(['__proto__=1'], create);
    expect(JSON.stringify(options)).toBe('{"__proto__":1}');
  });
});

it('splitAssignment splits at the first =', () => {
  expect(splitAssignment('A=b=c', 'env', create)).toEqual(['A', 'b=c']);
  expect(splitAssignment('A=', 'env', create)).toEqual(['A', '']);
});
