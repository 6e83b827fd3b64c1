import type { IncomingMessage } from 'node:http';
import { type Instance, LlamactlError, type Scope, scopeSchema } from '@llamactl/contract';
import type { Credential } from '../auth/credential.js';
import { isPlainUse, type Route } from './route.js';

/** Finds out who asks. @throws LlamactlError UNAUTHORIZED, TOKEN_EXPIRED */
export type Identify = (request: IncomingMessage) => Credential;

/** Everybody, while authentication is off. */
export const everybody: Credential = {
  kind: 'anonymous',
  countedAs: null,
  username: null,
  role: null,
  scopes: new Set(scopeSchema.options),
  instances: null,
  sessionId: null,
  expiresAt: null,
};

/** @throws LlamactlError FORBIDDEN when the credential is not good for a route */
export function assertUse({ scopes }: Credential, route: Route): void {
  // Whatever changes a backend, or what we do not know of it, is for those who manage it.
  const isPlain = route.kind !== 'proxy' || isPlainUse(route.path);
  const needed: Scope = isPlain ? 'inference' : 'manage';
  if (scopes.has(needed)) return;
  throw new LlamactlError('FORBIDDEN', `The credential lacks the scope ${needed}.`, {
    details: 'Use an API key with that scope, or ask an admin for another role.',
  });
}

/** Whether a credential may see an instance. */
export function isVisibleTo({ instances }: Credential): (instance: Instance) => boolean {
  return ({ name }) => instances === null || instances.has(name.toLowerCase());
}
