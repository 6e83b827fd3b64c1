import type { IncomingHttpHeaders } from 'node:http';
import { createOriginList } from './origin.js';

/** Headers of an answer. */
export type AnswerHeaders = Readonly<Record<string, string>>;

const requestHeaders = [
  'Authorization',
  'Content-Type',
  'X-API-Key',
  'X-Request-Id',
  'Last-Event-ID',
];
const exposedHeaders = [
  'X-Request-Id',
  'Request-Id',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'Retry-After',
  'X-Log-Epoch',
].join(', ');
/** Seconds for which a browser need not ask again. */
const maxAgeSeconds = 3_600;
/** Beside our own headers, pages may send the ones that their libraries add. */
const maxFurtherHeaders = 32;

/** Returns what gives the headers that let pages of `allowed` origins read an answer; null for other pages. */
export function createSharing(allowed: readonly string[]) {
  const isAllowed = createOriginList(allowed);
  return ({ origin }: IncomingHttpHeaders): AnswerHeaders | null => {
    if (origin === undefined || !isAllowed(origin)) return null;
    return {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': exposedHeaders,
    };
  };
}

/** Whether a browser asks what a page may do, before the page does it. */
export function isPreflight(
  method: string | undefined,
  { origin, 'access-control-request-method': wanted = '' }: IncomingHttpHeaders,
): boolean {
  return method === 'OPTIONS' && origin !== undefined && wanted !== '';
}

/** What a browser is told that asks what a page of an allowed origin may do. */
export function preflightHeaders(headers: IncomingHttpHeaders, methods: string): AnswerHeaders {
  const asked = headers['access-control-request-headers'] ?? '';
  return {
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': [...requestHeaders, ...furtherHeaders(asked)].join(', '),
    'Access-Control-Max-Age': String(maxAgeSeconds),
  };
}

function furtherHeaders(asked: string): string[] {
  const known = new Set(requestHeaders.map((name) => name.toLowerCase()));
  const named = asked
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const names = named.filter((name) => /^[a-z\d-]{1,64}$/.test(name));
  return [...new Set(names)].filter((name) => !known.has(name)).slice(0, maxFurtherHeaders);
}
