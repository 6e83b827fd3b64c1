import { ConnectionError } from '../errors/connection-error.js';
import type { Redact } from './redact.js';

const startHint = 'Is the server running? Start it with `npx @llamactl/server`.';
const addressHint = 'Check the base URL and the network.';
const restartHint =
  'The server or a proxy may have been restarted; look at the state before a retry.';

const unreachable: Readonly<Record<string, readonly [what: string, whatToDo: string]>> = {
  ECONNREFUSED: ['connection refused', startHint],
  ENOTFOUND: ['unknown host', 'Check the host name in the base URL.'],
  EAI_AGAIN: ['the host name could not be looked up', addressHint],
  EHOSTUNREACH: ['no route to the host', addressHint],
  ENETUNREACH: ['no route to the network', addressHint],
  ETIMEDOUT: ['the connection attempt was not answered', addressHint],
  UND_ERR_CONNECT_TIMEOUT: ['the connection attempt was not answered', addressHint],
};

const broken: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Makes the error that a user can act on of what `fetch` threw. */
export function connectionFailure(thrown: unknown, url: string, redact: Redact): ConnectionError {
  const root = rootCause(thrown);
  const systemCode = codeOf(root);
  const [message, details] = describe(root, systemCode, url);
  return new ConnectionError(redact(message), {
    details,
    url,
    systemCode,
    // An error without a code may be of `fetch` itself, and hold the request with its headers.
    cause: systemCode === null ? undefined : root,
  });
}

function describe(root: Error, code: string | null, url: string): readonly [string, string] {
  if (code !== null && broken.has(code)) {
    return [`Lost the connection to ${url} before its answer was complete.`, restartHint];
  }
  const known = code === null ? undefined : unreachable[code];
  if (known !== undefined) return [`Cannot reach ${url}: ${known[0]}.`, known[1]];
  const what = root.message === '' ? 'the request failed' : root.message;
  if (code !== null) return [`Cannot reach ${url}: ${what} (${code}).`, addressHint];
  return [
    `Cannot reach ${url}: ${what}.`,
    `${startHint} In a browser, its allowed_origins must have the origin of the page.`,
  ];
}

function rootCause(thrown: unknown): Error {
  let root = thrown instanceof Error ? thrown : new Error(String(thrown));
  while (root.cause instanceof Error) root = root.cause;
  return root;
}

function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}
