import { type KeyObject, randomUUID } from 'node:crypto';
import { type Role, roleScopes, type Token } from '@llamactl/contract';
import type { SessionTable } from '../storage/session-table.js';
import type { Credential } from './credential.js';
import type { Claim, ProvePassword } from './prove-password.js';
import { forbidden, invalidCredentials, tokenExpired, unauthorized } from './refusals.js';
import { type Claims, claimsOf, leewaySeconds, signToken, type VerifiedToken } from './token.js';

/** Sessions: what begins with a login, and the tokens of it. */
export interface Sessions {
  /** @throws LlamactlError INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS */
  login(claim: Claim): Promise<Token>;
  /** A fresh token of the same session; the old one stays good until it expires. */
  refresh(credential: Credential): Token;
  /** Ends the session of a token, or all of its user. */
  logout(credential: Credential, everywhere: boolean): void;
  /** Who it is that a token belongs to. @throws LlamactlError UNAUTHORIZED, TOKEN_EXPIRED */
  settle(token: VerifiedToken): Credential;
  has(sessionId: string): boolean;
}

/** What sessions work on. */
export interface SessionsOptions {
  readonly table: SessionTable;
  readonly prove: ProvePassword;
  readonly secret: KeyObject;
  readonly tokenTtlSeconds: number;
  /** Told when credentials have ended. */
  readonly onRevoked: () => void;
}

const sessionMs = 30 * 24 * 3_600 * 1_000;
/** Time that a session is kept beyond its end, for tokens that are still good by a few seconds. */
const keptMs = 60_000;

/** Sessions in a table. */
export function createSessions(options: SessionsOptions): Sessions {
  const { table, prove, secret, tokenTtlSeconds, onRevoked } = options;
  const issue = (username: string, sessionId: string, sessionEnd: Date): Token => {
    const end = Math.min(Date.now() + tokenTtlSeconds * 1_000, sessionEnd.getTime());
    // Tokens know whole seconds alone.
    const expiresAt = new Date(Math.floor(end / 1_000) * 1_000);
    const token = signToken({ username, sessionId, expiresAt }, secret);
    return { token, expires_at: expiresAt.toISOString() };
  };
  return {
    async login(claim) {
      const { username, password } = await prove(claim);
      const now = Date.now();
      const sessionEnd = new Date(now + sessionMs);
      const session = {
        id: randomUUID(),
        username,
        created_at: new Date(now).toISOString(),
        expires_at: sessionEnd.toISOString(),
      };
      table.purge(new Date(now - keptMs).toISOString());
      // It may have been changed while it was compared.
      if (!table.add(session, password)) throw invalidCredentials();
      return issue(username, session.id, sessionEnd);
    },
    refresh(credential) {
      const id = sessionIdOf(credential);
      const session = table.find(id);
      if (!session) throw unauthorized();
      const sessionEnd = new Date(session.expires_at);
      if (sessionEnd.getTime() <= Date.now()) throw tokenExpired();
      return issue(session.username, id, sessionEnd);
    },
    logout(credential, everywhere) {
      const id = sessionIdOf(credential);
      if (everywhere) table.endAllOf(String(credential.username));
      else table.end(id);
      onRevoked();
    },
    settle(token) {
      const claims = claimsOf(token);
      const session = claims && table.find(claims.sessionId);
      if (!session || session.username !== claims.username) throw unauthorized();
      if (Date.parse(session.expires_at) + leewaySeconds * 1_000 < Date.now()) throw tokenExpired();
      return toCredential(claims, session.role);
    },
    has: (sessionId) => table.find(sessionId) !== undefined,
  };
}

function sessionIdOf({ sessionId }: Credential): string {
  if (sessionId !== null) return sessionId;
  throw forbidden('An API key has no session.', 'Log in, or delete the key to revoke it.');
}

function toCredential({ username, sessionId, expiresAt }: Claims, role: Role): Credential {
  return {
    kind: 'user',
    countedAs: `user:${username}`,
    username,
    role,
    scopes: new Set(roleScopes[role]),
    instances: null,
    sessionId,
    keyId: null,
    expiresAt,
  };
}
