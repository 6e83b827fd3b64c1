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
  const unfinished = current !== undefined && !current.writableFinished;
  if (error.code === 'ECONNRESET' || !socket.writable || (unfinished && current.headersSent)) {
    socket.destroy();
    return;
  }
  socket.end(formatErrorAnswer(toLlamactlError(error)), () => socket.destroy());
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
