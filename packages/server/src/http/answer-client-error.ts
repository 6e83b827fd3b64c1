import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorCode, httpStatusOf, LlamactlError } from '@llamactl/contract';
import { securityHeaders } from './middleware/security-headers.js';

/**
 * Answers what node:http could not read as a request, in the shape of every other error, and closes the
 * connection. `current` is the answer under way on it: once its headers are out nothing more can be said.
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  current: ServerResponse | undefined,
): void {
  const unfinished = current !== undefined && !current.writableFinished;
  if (error.code === 'ECONNRESET' || !socket.writable || (unfinished && current.headersSent)) {
    socket.destroy();
    return;
  }
  socket.end(formatAnswer(toLlamactlError(error)), () => socket.destroy());
}

function toLlamactlError(cause: NodeJS.ErrnoException): LlamactlError {
  const [code, message, details] = describe(cause.code);
  return new LlamactlError(code, message, { details, cause });
}

function describe(code: string | undefined): [ErrorCode, string, string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['HEADERS_TOO_LARGE', 'The headers are too large.', 'Send at most 16 KiB of headers.'];
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return ['PAYLOAD_TOO_LARGE', 'The chunk extensions are too large.', 'Send none.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['REQUEST_TIMEOUT', 'The request took too long to arrive.', 'Send it again, faster.'];
    default:
      return ['INVALID_REQUEST', 'The request is not valid HTTP.', 'Send well-formed HTTP/1.1.'];
  }
}

function formatAnswer(error: LlamactlError): string {
  const status = httpStatusOf(error.code);
  const body = JSON.stringify(error);
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
    Date: new Date().toUTCString(),
    'X-Request-Id': randomUUID(),
    ...securityHeaders,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}
