import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorCode, LlamactlError } from '@llamactl/contract';
import { formatErrorAnswer } from './format-error-answer.js';

/**
 * Answers what node:http could not read as a request, in the shape of every other error, and closes the
 * connection. `current` is the answer under way on it: once its headers are out nothing more can be said.
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  current: ServerResponse | undefined,
): void {
  const unfinished = current?.writableFinished === false ? current : undefined;
  if (error.code === 'ECONNRESET' || !socket.writable || unfinished?.headersSent) {
    socket.destroy();
    return;
  }
  const answer = formatErrorAnswer(toLlamactlError(error), unfinished && keptHeaders(unfinished));
  socket.end(answer, () => socket.destroy());
}

/** What node:http calls it when a head takes too long. */
const lateCode = 'ERR_HTTP_REQUEST_TIMEOUT';

export function isLate({ code }: NodeJS.ErrnoException): boolean {
  return code === lateCode;
}

/** The same for a body. */
export function bodyTooLate(): NodeJS.ErrnoException {
  return Object.assign(new Error('the body took too long'), { code: lateCode });
}

const tunnelCode = 'ERR_TUNNEL';

/** What a CONNECT is answered with. */
export function noTunnel(): NodeJS.ErrnoException {
  return Object.assign(new Error('no tunnels'), { code: tunnelCode });
}

const kept = [
  'X-Request-Id',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'Access-Control-Allow-Origin',
  'Access-Control-Expose-Headers',
  'Vary',
];

/** What is said of a request whatever its body holds. */
function keptHeaders(answer: ServerResponse): Record<string, string> {
  const names = kept.filter((name) => answer.hasHeader(name));
  return Object.fromEntries(names.map((name) => [name, String(answer.getHeader(name))]));
}

function toLlamactlError(cause: NodeJS.ErrnoException): LlamactlError {
  const [code, message, details] = describe(cause.code);
  return new LlamactlError(code, message, { details, cause });
}

function describe(code: string | undefined): [ErrorCode, string, string] {
  switch (code) {
    case tunnelCode:
      return ['METHOD_NOT_ALLOWED', 'CONNECT is not for this server.', 'It opens no tunnels.'];
    case 'HPE_HEADER_OVERFLOW':
      return ['HEADERS_TOO_LARGE', 'The headers are too large.', 'Send at most 16 KiB of headers.'];
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return ['PAYLOAD_TOO_LARGE', 'The chunk extensions are too large.', 'Send none.'];
    case lateCode:
      return ['REQUEST_TIMEOUT', 'The request took too long to arrive.', 'Send it again, faster.'];
    default:
      return ['INVALID_REQUEST', 'The request is not valid HTTP.', 'Send well-formed HTTP/1.1.'];
  }
}
