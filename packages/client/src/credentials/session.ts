import { tokenSchema } from '@llamactl/contract';
import { InvalidRequestError } from '../errors/invalid-request-error.js';

/**
 * What a login gives: the token, and until when it is good. Keep it as it is, and give it to another client as
 * the option `session` to go on without a password. Whoever has it is that user, so keep it as a password.
 *
 * @example
 * ```ts
 * import { LlamactlClient, type Session } from '@llamactl/client';
 *
 * const kept = localStorage.getItem('llamactl');
 * const session: Session | undefined = kept === null ? undefined : JSON.parse(kept);
 * const client = new LlamactlClient({ baseUrl: 'http://localhost:8080', session });
 * ```
 */
export interface Session {
  /** Sent as `Authorization: Bearer`. */
  readonly token: string;
  /** When it ends, by the clock of the server; ISO 8601. */
  readonly expires_at: string;
  /** When the server gave it, by the clock of the server; ISO 8601. With it the client knows how long a token lasts. */
  readonly received_at?: string | undefined;
}

/** @throws InvalidRequestError when it is none, as after a change by hand */
export function checkSession(session: Session): Session {
  const { received_at: receivedAt } = session;
  const isReceived = receivedAt === undefined || !Number.isNaN(Date.parse(receivedAt));
  if (tokenSchema.safeParse(session).success && isReceived) return session;
  throw new InvalidRequestError(
    'The session that was given is none.',
    'Give what `login` or `onToken` gave, or leave it out and log in.',
  );
}
