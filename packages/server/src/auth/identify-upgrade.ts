import type { IncomingMessage } from 'node:http';
import type { Accounts } from './accounts.js';
import { anonymous, type Credential } from './credential.js';
import { type Presented, presentedByUpgrade } from './presented.js';
import { settle } from './settle.js';
import { verifyToken } from './token.js';

/**
 * Who shows this, at a door that Koa does not stand behind, and koa-jwt with it. Everybody, while
 * authentication is off (`accounts` is null).
 *
 * @throws LlamactlError UNAUTHORIZED, TOKEN_EXPIRED
 */
export function identify(accounts: Accounts | null, presented: Presented | null): Credential {
  if (accounts === null) return anonymous;
  return settle(accounts, presented, (token) => verifyToken(token, accounts.secret));
}

/** {@link identify} for an upgrade. */
export function identifyUpgrade(
  accounts: Accounts | null,
  { headers }: IncomingMessage,
): Credential {
  return identify(accounts, presentedByUpgrade(headers));
}
