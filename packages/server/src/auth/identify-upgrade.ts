import type { IncomingMessage } from 'node:http';
import type { Accounts } from './accounts.js';
import { anonymous, type Credential } from './credential.js';
import { presentedByUpgrade } from './presented.js';
import { settle } from './settle.js';
import { verifyToken } from './token.js';

/**
 * Who asks for an upgrade: Koa, and koa-jwt with it, never sees those. Everybody, while authentication is
 * off (`accounts` is null).
 *
 * @throws LlamactlError UNAUTHORIZED, TOKEN_EXPIRED
 */
export function identifyUpgrade(
  accounts: Accounts | null,
  { headers }: IncomingMessage,
): Credential {
  if (accounts === null) return anonymous;
  const presented = presentedByUpgrade(headers);
  return settle(accounts, presented, (token) => verifyToken(token, accounts.secret));
}
