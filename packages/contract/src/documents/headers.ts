import type { Operation } from '../operation.js';
import { type JsonObject, refTo } from './json-schemas.js';

/** Of a log, as it stands in examples. */
export const exampleEpoch = 'Zt3kQ0aB';

/** The headers of answers, by their names. */
export const headers: Readonly<Record<string, JsonObject>> = {
  'X-Request-Id': {
    description:
      "Names the request in the server's log. The one that was sent, if it is a token of at most 128 characters, else a fresh one.",
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,128}$' },
    example: '5f0c9e0e-9d0b-4a52-9a1e-3f3f0c1f7a51',
  },
  'X-RateLimit-Limit': {
    description: 'Requests that are taken within a minute. Missing while rate limits are off.',
    schema: { type: 'integer', minimum: 1 },
    example: 100,
  },
  'X-RateLimit-Remaining': {
    description: 'Requests that are left of them. Missing while rate limits are off.',
    schema: { type: 'integer', minimum: 0 },
    example: 99,
  },
  'X-RateLimit-Reset': {
    description: 'When all are there again, as Unix time. Missing while rate limits are off.',
    schema: { type: 'integer', minimum: 0, 'x-unit': 'seconds' },
    example: 1_705_329_060,
  },
  'Retry-After': {
    description: 'Time after which it may be tried again.',
    required: true,
    schema: { type: 'integer', minimum: 0, 'x-unit': 'seconds' },
    example: 5,
  },
  Allow: {
    description: 'The methods that the path takes.',
    required: true,
    schema: { type: 'string' },
    example: 'GET, HEAD, OPTIONS',
  },
  'WWW-Authenticate': {
    description: 'What kind of credential is asked for.',
    required: true,
    schema: { type: 'string' },
    example: 'Bearer',
  },
  'X-Log-Epoch': {
    description:
      'With follow=true: names the log. An instance that is made anew under an old name has another one.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
    example: exampleEpoch,
  },
  ETag: {
    description: 'Names this content; sent back as If-None-Match it saves the body.',
    required: true,
    schema: { type: 'string' },
    example: '"k2Jx9QpLr2"',
  },
};

const perStatus: Readonly<Record<number, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** The headers of an answer of an operation. */
export function headersOf({ rate, stream }: Pick<Operation, 'rate' | 'stream'>, status: number) {
  const names = [
    'X-Request-Id',
    ...(rate === 'uncounted'
      ? []
      : ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset']),
    ...(perStatus[status] ?? []),
    ...(stream && status === 200 ? ['X-Log-Epoch'] : []),
  ];
  return Object.fromEntries(names.map((name) => [name, refTo(name, 'headers')]));
}
