import { expect, test } from 'vitest';
import { safeText } from '../../src/support/safe-text.js';

const esc = '\u001b';

test.each([
  ['plain text', 'plain text'],
  ['a tab\tand a\nline feed stay', 'a tab\tand a\nline feed stay'],
  ['Zürich, 東京, 🦙', 'Zürich, 東京, 🦙'],
  [`${esc}[1;31mred${esc}[0m`, 'red'],
  [`${esc}[2K${esc}[1Aup`, 'up'],
  ['\u009b31mred', 'red'],
  [`${esc}]0;a title\u0007text`, 'text'],
  [`${esc}]8;;http://a.example${esc}\\link${esc}]8;;${esc}\\`, 'link'],
  [`${esc}P+q544e${esc}\\text`, 'text'],
  [`${esc}(B${esc}ctext`, 'text'],
  [`${esc}]0;a title without an end`, '0;a title without an end'],
  [`an escape at the end${esc}`, 'an escape at the end\uFFFD'],
  ['\0\u0001\u0008\r\u007f\u0085', '\uFFFD'.repeat(6)],
  ['half \ud83e of a pair', 'half \uFFFD of a pair'],
])('makes %j safe', (text, safe) => {
  expect(safeText(text)).toBe(safe);
});

test('takes a time that grows with the length only, whatever the text', () => {
  for (const part of [esc, `${esc}[`, `${esc}]`, `${esc}]0;a`, `${esc}[0;`]) {
    const startedAt = performance.now();
    safeText(part.repeat(30_000));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  }
});
