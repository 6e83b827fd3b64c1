import { operations } from '@llamactl/contract';
import type { Connection } from '../connection.js';
import { ApiError } from '../errors/api-error.js';
import { ConnectionError } from '../errors/connection-error.js';

/**
 * After a socket that gave messages broke: the error of it. When its credential had ended and there is another one
 * now, that is one after which a connection is made again, behind the last message, which only the caller knows.
 */
export async function afterBreak(
  error: unknown,
  { credentials, baseUrl }: Connection,
  token: string | null,
): Promise<unknown> {
  const other = await credentials.afterRefusal(error, token, 'fresh');
  if (other === null) return error;
  return new ConnectionError(`The server closed the connection to ${baseUrl}.`, {
    details: 'Its credential had ended; it is made again with the newest one.',
    url: baseUrl,
    systemCode: null,
  });
}

/** A socket that did not get as far as a message. */
export interface RefusedOpening {
  readonly token: string | null;
  /** Whether it was opened with another credential already. */
  readonly isLast: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** After a socket was refused: another credential to open it with at once. @throws why it was refused, when there is none */
export async function afterRefusal(
  thrown: unknown,
  connection: Connection,
  opening: RefusedOpening,
): Promise<string> {
  const { token, isLast } = opening;
  const error = token === null ? thrown : await reasonOf(thrown, connection, opening);
  if (isLast) throw error;
  const other = await connection.credentials.afterRefusal(error, token, 'fresh');
  if (other === null) throw error;
  return other;
}

/** Why a socket was not opened. Browsers do not say; a request as the same tells whether it is the credential. */
async function reasonOf(
  thrown: unknown,
  { http }: Connection,
  { timeoutMs, signal }: RefusedOpening,
): Promise<unknown> {
  if (!ConnectionError.is(thrown) || thrown.systemCode !== null) return thrown;
  const { method, path } = operations.getIdentity;
  const call = { method, path, rate: 'regular', credential: 'fresh' } as const;
  const said: unknown = await http(call, { signal, timeoutMs, retries: 0 }).catch(
    (error: unknown) => error,
  );
  return ApiError.is(said) && said.status === 401 ? said : thrown;
}
