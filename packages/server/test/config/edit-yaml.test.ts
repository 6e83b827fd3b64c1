import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { editYaml } from '../../src/config/edit-yaml.js';

/** Sets one value; the path is written with dots. */
function edit(text: string, path: string, value: unknown): string {
  return editYaml(text, [{ path: path.split('.'), value }]);
}

describe('editYaml', () => {
  it.each([
    ['a number', 'a: 1\n', 'a', 2, 'a: 2\n'],
    ['a number before a comment', 'a:   1   # one\nb: 2', 'a', 10, 'a:   10   # one\nb: 2'],
    ['a quoted text', `a: 'x' # y\n`, 'a', 'z', 'a: z # y\n'],
    ['a text that needs quotes', 'a: x\n', 'a', '1', 'a: "1"\n'],
    ['a text of two lines', 'a: x\n', 'a', 'x\ny', 'a: "x\\ny"\n'],
    ['a block of text', 'a: |\n  x\n  y\nb: 1\n', 'a', 'z', 'a: z\nb: 1\n'],
    ['nothing', 'a:\nb: 1\n', 'a', 2, 'a: 2\nb: 1\n'],
    ['nothing before a comment', 'a: # one\nb: 1\n', 'a', 2, 'a: 2 # one\nb: 1\n'],
    ['a nested value', 's:\n    a: 1\n    b: 2\n', 's.b', 3, 's:\n    a: 1\n    b: 3\n'],
    ['a value in braces', 's: {a: 1,   b: 2}\n', 's.a', 3, 's: {a: 3,   b: 2}\n'],
    ['JSON', '{"s": {"a": 1}}', 's.a', 3, '{"s": {"a": 3}}'],
    ['a list in brackets', 'a: [ 1, 2 ] # c\n', 'a', [3], 'a: [3] # c\n'],
    [
      'a list of lines',
      'a:\n  - 1\n  - 2 # c\n\nb: 1\n',
      'a',
      [3, 4],
      'a:\n  - 3\n  - 4 # c\n\nb: 1\n',
    ],
    ['an item', 'a:\n  - 1 # x\n  - 2 # y\n', 'a.1', 3, 'a:\n  - 1 # x\n  - 3 # y\n'],
    ['a reference', `a: \${A:-{1} # \${B}\nb: "\${C}"\n`, 'a', 2, `a: 2 # \${B}\nb: "\${C}"\n`],
    ['a value with line breaks of Windows', 'a: 1\r\nb: 2\r\n', 'b', 3, 'a: 1\r\nb: 3\r\n'],
    ['a text after a byte order mark', '\uFEFFa: 1\n', 'a', 2, '\uFEFFa: 2\n'],
    ['a value with a tag', 'a: !!int 1\n', 'a', 2, 'a: !!int 2\n'],
    ['an alias', 'a: &x 1\nb: *x # c\n', 'b', 2, 'a: &x 1\nb: 2 # c\n'],
    ['what an alias stands for', 'a: &x 1\nb: *x\nc: [*x]', 'a', 2, 'a: &x 2\nb: 1\nc: [1]'],
  ])('replaces %s', (_what, text, path, value, expected) => {
    expect(edit(text, path, value)).toBe(expected);
  });

  it.each([
    [
      'a section',
      's:\n  a: 1 # one\n\n# end\nt: 1\n',
      's.b',
      's:\n  a: 1 # one\n  b: 9\n\n# end\nt: 1\n',
    ],
    ['a section of four spaces', 's:\n    a: 1', 's.b', 's:\n    a: 1\n    b: 9'],
    [
      'a section that ends in lines',
      's:\n  a:\n  - 1\n  - 2\nt: 1\n',
      's.b',
      's:\n  a:\n  - 1\n  - 2\n  b: 9\nt: 1\n',
    ],
    [
      'a section that ends in text',
      's:\n  a: |\n    x\nt: 1\n',
      's.b',
      's:\n  a: |\n    x\n  b: 9\nt: 1\n',
    ],
    ['a section that ends in nothing', 's:\n  a:\nt: 1\n', 's.b', 's:\n  a:\n  b: 9\nt: 1\n'],
    [
      'an empty section',
      's: # none\n  # a: 1\nt: 1\n',
      's.b',
      's: # none\n  b: 9\n  # a: 1\nt: 1\n',
    ],
    ['a section said to be null', 's: ~ # none\n', 's.b', 's: {b: 9} # none\n'],
    ['empty braces', 's: {}\n', 's.b', 's: { b: 9 }\n'],
    ['braces', 's: { a: 1 }\n', 's.b', 's: { a: 1, b: 9 }\n'],
    ['braces with a last comma', 's: {a: 1,}\n', 's.b', 's: {a: 1, b: 9,}\n'],
    ['braces over lines', 's: {\n  a: 1 # one\n}\n', 's.b', 's: {\n  a: 1, b: 9 # one\n}\n'],
    ['nothing in braces', '{ s: , t: 1 }', 's.b', '{ s: {b: 9} , t: 1 }'],
    ['a document', 'a: 1\n# end', 's.b', 'a: 1\n# end\ns:\n  b: 9\n'],
    ['a document in braces', '{a: 1}\n', 's.b', '{a: 1, s: {b: 9}}\n'],
    ['a document that ends', '---\na: 1\n...\n', 's.b', '---\na: 1\ns:\n  b: 9\n...\n'],
    ['a document of three spaces', 'a:\n   x: 1\n', 's.b', 'a:\n   x: 1\ns:\n   b: 9\n'],
    ['an empty document', '', 's.b', 's:\n  b: 9\n'],
    ['comments', '# one\n\n# two', 's.b', '# one\n\n# two\ns:\n  b: 9\n'],
    ['line breaks of Windows', 'a: 1\r\n', 's.b', 'a: 1\r\ns:\r\n  b: 9\r\n'],
  ])('adds to %s', (_what, text, path, expected) => {
    const edited = edit(text, path, 9);
    expect(edited).toBe(expected);
    expect(parse(edited)).toMatchObject({ s: { b: 9 } });
  });
});
