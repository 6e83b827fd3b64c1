import { closeCodes } from '@llamactl/contract';
import { ApiError } from '../errors/api-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import type { LlamactlClientError } from '../errors/llamactl-client-error.js';
import { connectionFailure } from '../transport/connection-failure.js';
import { errorOf } from '../transport/error-answer.js';
import { redactSecretsOf } from '../transport/redact.js';
import type { SocketEnd, SocketRequest } from './socket.js';

/** With which the server closes a socket whose credential is not good any more. */
const credentialCode = 4401;

/** Makes the error that a user can act on of how a socket ended. */
export function socketFailure(
  end: SocketEnd,
  { url, headers }: SocketRequest,
  wasOpen: boolean,
): LlamactlClientError {
  const redact = redactSecretsOf(headers);
  switch (end.kind) {
    case 'refused':
      return errorOf({ ...end.answer, url, redact });
    case 'closed':
      if (end.code === credentialCode) return refused(url);
      return new ConnectionError(`The server closed the connection to ${url} (${end.code}).`, {
        details: meaningOf(end.code),
        url,
        systemCode: null,
      });
    case 'failed':
      if (end.error !== null) return connectionFailure(end.error, url, redact);
      return wasOpen ? lost(url) : hidden(url);
  }
}

/** Like the answer that another connection with this credential would get. */
function refused(url: string): ApiError {
  return new ApiError({
    message: `The server closed the connection to ${url} (${credentialCode}).`,
    status: 401,
    code: 'UNAUTHORIZED',
    details: closeCodes[credentialCode],
    requestId: null,
    retryAfterMs: null,
    rateLimit: null,
  });
}

function meaningOf(code: number): string {
  const meanings: Readonly<Record<number, string>> = closeCodes;
  return meanings[code] ?? '';
}

function lost(url: string): ConnectionError {
  return new ConnectionError(`Lost the connection to ${url}.`, {
    details: 'The server or a proxy may have been restarted.',
    url,
    systemCode: null,
  });
}

function hidden(url: string): ConnectionError {
  return new ConnectionError(`Cannot open a WebSocket to ${url}.`, {
    details:
      'Browsers do not say why. The server must run, take the token, and have the origin of the page in its allowed_origins; a proxy in between must pass WebSockets on.',
    url,
    systemCode: null,
  });
}
