import { describe, expect, it } from 'vitest';
import { ResponseReader } from '../../../src/gateway/wire/response-reader.js';

/** Reads bytes in pieces of a length; then the other side closes, if it shall. */
function read(text: string, { size = text.length, method = 'GET', closes = false } = {}) {
  const events: string[] = [];
  let body = '';
  const reader = new ResponseReader(method, {
    onHead: ({ status }) => events.push(String(status)),
    onBody: (chunk) => {
      body += chunk.toString('latin1');
    },
    onEnd: () => events.push('end'),
  });
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  if (closes) reader.close();
  return { events, body, canReuse: reader.canReuse };
}

const answers = [
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'hello', true],
  ['no body', 'HTTP/1.1 204 No Content\r\n\r\n', '', true],
  ['an empty body', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', '', true],
  [
    'chunks, an extension and a trailer',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n',
    'hello',
    true,
  ],
  [
    'a head before the head',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok',
    'ok',
    true,
  ],
  ['close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok', 'ok', false],
  ['an old version', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', 'ok', false],
  ['more than it said', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP', 'ok', false],
] as const;

describe.each(answers)('an answer with %s', (_what, text, body, canReuse) => {
  it.each([1, 2, 3, 7, 1_000])('is read in pieces of %i bytes', (size) => {
    const found = read(text, { size });
    expect(found.body).toBe(body);
    expect(found.events.at(-1)).toBe('end');
    expect(found.events.length).toBe(2);
    expect(found.canReuse).toBe(canReuse);
  });
});

it('ends with the connection where nothing else tells the end', () => {
  const found = read('HTTP/1.1 200 OK\r\n\r\nhello', { size: 1, closes: true });
  expect(found).toEqual({ events: ['200', 'end'], body: 'hello', canReuse: false });
});

it('takes no body after HEAD, whatever it announces', () => {
  const text = 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n';
  expect(read(text, { method: 'HEAD' })).toMatchObject({ events: ['200', 'end'], canReuse: true });
});

it.each([
  'HTTP/2 200 OK\r\n\r\n',
  'HTTP/1.1 99 OK\r\n\r\n',
  'HTTP/1.1 200 OK\r\nA b\r\n\r\n',
  'HTTP/1.1 200 OK\r\nA : b\r\n\r\n',
  'HTTP/1.1 200 OK\r\nA: b\n\r\n\r\n',
  'HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n',
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;${'x'.repeat(5_000)}`,
  `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(70_000)}`,
])('refuses %j', (text) => {
  expect(() => read(text)).toThrow();
});

it.each([
  'HTTP/1.1 200 OK\r\nContent-Le',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
])('takes no part for the whole: %j', (text) => {
  expect(() => read(text, { closes: true })).toThrow('too early');
});
