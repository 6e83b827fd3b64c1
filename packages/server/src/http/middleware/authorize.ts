import type { Access, Operation } from '@llamactl/contract';
import type { Middleware } from 'koa';
import { assertListed, type Credential } from '../../auth/credential.js';
import { authDisabled, forbidden } from '../../auth/refusals.js';

/**
 * Returns what refuses an operation to whoever may not do it, by its row in the table of operations.
 * Names of instances are looked at before anything else is said of them: that a name is not allowed says
 * nothing about whether there is such an instance.
 *
 * It throws UNAUTHORIZED or TOKEN_EXPIRED, FORBIDDEN or, while authentication is off, AUTH_DISABLED.
 */
export function createAuthorization(isAuthOn: boolean): (operation: Operation) => Middleware {
  return ({ access, needsAuth }) =>
    async (ctx, next) => {
      if (needsAuth && !isAuthOn) throw authDisabled();
      const credential: Credential | undefined = ctx.state.credential;
      if (credential === undefined) throw ctx.state.refusal;
      assertAccess(credential, access);
      if (ctx.params.name !== undefined) assertListed(credential, ctx.params.name);
      await next();
    };
}

/** @throws LlamactlError FORBIDDEN */
export function assertAccess({ kind, scopes }: Credential, access: Access): void {
  if (access === 'public' || access === 'any') return;
  if (access === 'account') {
    if (kind === 'user' || scopes.has('admin')) return;
    throw forbidden(
      'That is for people who have logged in, and for API keys with the scope admin.',
      'Log in with POST /api/auth/login.',
    );
  }
  if (scopes.has(access)) return;
  throw forbidden(
    `The credential lacks the scope ${access}.`,
    'Use an API key with that scope, or ask an admin for another role.',
  );
}
