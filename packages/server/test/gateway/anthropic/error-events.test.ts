import { describe, expect, it } from 'vitest';
import { ErrorEvents } from '../../../src/gateway/anthropic/error-events.js';

const error = 'event: error\ndata: {"code":500}\n\n';
const text = 'event: content_block_delta\ndata: {"text":"event: error\\n"}\n\n';

/** What comes out of a stream in pieces of a length, and whether anything was held back that is no such event. */
function through(stream: string, length: number): { out: string; lags: boolean } {
  const events = new ErrorEvents((event) => `<${event.length}>`);
  let out = '';
  let lags = false;
  for (let at = 0; at < stream.length; at += length) {
    out += events.push(Buffer.from(stream.slice(at, at + length))).toString();
    const isWhole = stream.slice(0, at + length).endsWith('\n\n');
    lags ||= isWhole && events.end().length > 0;
  }
  return { out: out + events.end().toString(), lags };
}

describe.each([1, 2, 3, 7, 13, 14, 1_000])('in pieces of %i bytes', (length) => {
  it.each([
    ['text alone', text + text, text + text],
    ['an error at the end', text + error, `${text}<${error.length}>`],
    ['an error alone', error, `<${error.length}>`],
    ['an error between others', text + error + text, `${text}<${error.length}>${text}`],
    ['two errors', error + error, `<${error.length}><${error.length}>`],
    ['other events', 'event: errors\ndata: 1\n\nevent: e', 'event: errors\ndata: 1\n\nevent: e'],
    ['an error without an end', 'event: error\ndata: {', 'event: error\ndata: {'],
    ['a line that is none', 'xevent: error\ndata: 1\n\n', 'xevent: error\ndata: 1\n\n'],
  ])('%s', (_what, stream, expected) => {
    expect(through(stream, length)).toEqual({ out: expected, lags: false });
  });
});

it('holds no more of it than an error takes', () => {
  const events = new ErrorEvents(() => '');
  const pieces = [`event: error\ndata: ${'x'.repeat(60_000)}`, 'y'.repeat(10_000)];
  const [first, second] = pieces.map((piece) => events.push(Buffer.from(piece)).length);
  expect([first, second]).toEqual([0, pieces.join('').length]);
});
