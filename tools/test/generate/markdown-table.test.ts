import { expect, test } from 'vitest';
import { markdownTable } from '../../generate/markdown-table.mjs';

test('aligns the columns, and keeps bars inside their cells', () => {
  const table = markdownTable(
    ['a', 'what'],
    [
      ['`x`', 'this | that'],
      ['`long`', ''],
    ],
  );
  expect(table.split('\n')).toEqual([
    '| a      | what         |',
    '| ------ | ------------ |',
    '| `x`    | this \\| that |',
    '| `long` |              |',
  ]);
});
