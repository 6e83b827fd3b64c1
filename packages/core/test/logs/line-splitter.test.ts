import { randomBytes, randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { LineSplitter, maxLineBytes } from '../../src/logs/line-splitter.js';

/** Splits bytes that come in chunks of the given lengths, one after the other. */
function split(bytes: Buffer, nextLength: () => number): string[] {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    // A copy that is overwritten afterwards, as the buffer of a reader is.
    const chunk = Buffer.from(bytes.subarray(offset, offset + nextLength()));
    offset += chunk.length;
    splitter.push(chunk, (line) => lines.push(line));
    chunk.fill(0x21);
  }
  return splitter.isMidLine ? [...lines, splitter.take()] : lines;
}

test.each([
  ['', []],
  ['\n', ['']],
  ['a\nb\n', ['a', 'b']],
  ['a\n\n\nb', ['a', '', '', 'b']],
  ['a\r\nb\rc\r\n\r\n', ['a', 'b\rc', '']],
  ['Zürich\n東京 🦙\n', ['Zürich', '東京 🦙']],
])('splits %j, also byte by byte', (text, lines) => {
  const bytes = Buffer.from(text);
  expect(split(bytes, () => bytes.length || 1)).toEqual(lines);
  expect(split(bytes, () => 1)).toEqual(lines);
});

test('gives the same lines whatever the chunks', () => {
  for (let round = 0; round < 300; round++) {
    const pieces = Array.from({ length: randomInt(1, 60) }, () => {
      const kind = randomInt(5);
      if (kind === 0) return Buffer.from('\n');
      if (kind === 1) return Buffer.from('\r\n');
      if (kind === 2) return Buffer.from('ä東🦙');
      return randomBytes(randomInt(80));
    });
    const bytes = Buffer.concat(pieces);
    const expected = splitInOneGo(bytes);
    expect(split(bytes, () => randomInt(1, 12))).toEqual(expected);
    expect(split(bytes, () => randomInt(1, 200))).toEqual(expected);
  }
});

function splitInOneGo(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf('\n', start);
    const end = found < 0 ? bytes.length : found;
    lines.push(bytes.toString('utf8', start, end).replace(/\r$/, ''));
    start = end + 1;
  }
  return lines;
}

test('cuts a line of 10 MB, says how much was cut, and keeps the next one', () => {
  const bytes = Buffer.from(`${'a'.repeat(10_000_000)}\nnext\n`);
  for (const chunk of [1000, 131_072, bytes.length]) {
    const lines = split(bytes, () => chunk);
    const kept = 'a'.repeat(maxLineBytes);
    expect(lines).toEqual([`${kept}… [${10_000_000 - maxLineBytes} bytes cut]`, 'next']);
  }
});

test('keeps a line of just the greatest length, and cuts none in the middle of a character', () => {
  const whole = 'a'.repeat(maxLineBytes);
  const straddling = `${'a'.repeat(maxLineBytes - 1)}🦙`;
  const bytes = Buffer.from(`${whole}\n${straddling}\n`);
  for (const chunk of [7, bytes.length]) {
    expect(split(bytes, () => chunk)).toEqual([
      whole,
      `${'a'.repeat(maxLineBytes - 1)}… [3 bytes cut]`,
    ]);
  }
});
