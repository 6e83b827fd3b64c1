import type { IncomingMessage, ServerResponse } from 'node:http';
import { securityHeaders } from '../http/middleware/security-headers.js';
import type { ErrorAnswer } from './error-answer.js';

/** Time for a client to stop sending after the answer is out. */
const lingerMs = 1_000;
/** What is read and thrown away rather than closing the connection. */
const maxRestBytes = 1_048_576;

/** Sends an answer with an error, whether the body of the request was read or not. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: ErrorAnswer,
  more: Readonly<Record<string, string>>,
): void {
  const bytes = Buffer.from(body);
  const hasRest = hasLongRest(request);
  response.writeHead(status, {
    ...securityHeaders,
    ...more,
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.length,
    ...(hasRest && { Connection: 'close' }),
  });
  if (!hasRest) {
    response.end(bytes);
    return;
  }
  // Closing at once would reset the connection, and many clients would lose the answer.
  response.write(bytes);
  const timer = setTimeout(() => response.end(), lingerMs);
  response.once('close', () => clearTimeout(timer));
  request.once('end', () => response.end());
  request.resume();
}

function hasLongRest(request: IncomingMessage): boolean {
  if (request.complete) return false;
  const { headers } = request;
  const isLong = Number(headers['content-length'] ?? 0) > maxRestBytes;
  return isLong || headers['transfer-encoding'] !== undefined;
}
