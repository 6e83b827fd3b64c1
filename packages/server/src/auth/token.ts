import { type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';

/** Seconds by which clocks may differ. */
export const leewaySeconds = 30;

const type = 'llamactl+jwt';
const issuer = 'llamactl';
const audience = 'llamactl-api';

/** What every token is held against, through whichever door it comes. */
export const tokenRules = {
  // No other: neither `none` nor one whose public key would pass for our secret.
  algorithms: ['HS256'] as jwt.Algorithm[],
  issuer,
  audience,
  clockTolerance: leewaySeconds,
  complete: true as const,
};

/** A token whose signature and times are right, taken apart. */
export type VerifiedToken = Pick<jwt.Jwt, 'header' | 'payload'>;

/** What a token says. */
export interface Claims {
  readonly username: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

/** Signs a token. */
export function signToken({ username, sessionId, expiresAt }: Claims, secret: KeyObject): string {
  const exp = Math.floor(expiresAt.getTime() / 1_000);
  return jwt.sign({ sid: sessionId, exp }, secret, {
    algorithm: 'HS256',
    header: { alg: 'HS256', typ: type },
    subject: username,
    issuer,
    audience,
    jwtid: randomUUID(),
  });
}

/** Checks a token by {@link tokenRules}, as koa-jwt does. @throws what jsonwebtoken throws */
export function verifyToken(token: string, secret: KeyObject): VerifiedToken {
  return jwt.verify(token, secret, tokenRules);
}

/** Whether a token was right until it expired. */
export function isExpiry(error: unknown): boolean {
  return error instanceof jwt.TokenExpiredError;
}

/** What a verified token says; undefined when it is none of ours. */
export function claimsOf({ header, payload }: VerifiedToken): Claims | undefined {
  if (header.typ !== type || typeof payload === 'string') return undefined;
  const { sub, sid, exp } = payload;
  if (typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number') {
    return undefined;
  }
  return { username: sub, sessionId: sid, expiresAt: new Date(exp * 1_000) };
}
