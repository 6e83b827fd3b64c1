import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { httpStatusOf, type LlamactlError } from '@llamactl/contract';
import { errorHeaders } from './middleware/error-envelope.js';
import { securityHeaders } from './middleware/security-headers.js';

/** A whole HTTP answer with an error, as text for a socket that is closed after it. */
export function formatErrorAnswer(
  error: LlamactlError,
  more: Readonly<Record<string, string>> = {},
): string {
  const status = httpStatusOf(error.code);
  const body = JSON.stringify(error);
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
    Date: new Date().toUTCString(),
    'X-Request-Id': randomUUID(),
    ...securityHeaders,
    ...errorHeaders(error),
    ...more,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}
