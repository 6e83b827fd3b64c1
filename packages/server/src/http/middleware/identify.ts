import type { Operation } from '@llamactl/contract';
import type { Middleware } from 'koa';
import koaJwt from 'koa-jwt';
import type { Accounts } from '../../auth/accounts.js';
import { anonymous, nobody } from '../../auth/credential.js';
import { presentedBy } from '../../auth/presented.js';
import { settle } from '../../auth/settle.js';
import { tokenRules, type VerifiedToken } from '../../auth/token.js';

/**
 * Returns what finds out who asks for an operation: `ctx.state.credential`. Where that is nobody it goes on
 * nevertheless, with the error in `ctx.state.refusal`, so that those are counted too. While authentication
 * is off (`accounts` is null), and for public operations, credentials are not looked at.
 */
export function createIdentification(
  accounts: Accounts | null,
): (operation: Operation) => Middleware {
  const known = accounts && identifyBy(accounts);
  const unasked = accounts ? nobody : anonymous;
  const skip: Middleware = (ctx, next) => {
    ctx.state.credential = unasked;
    return next();
  };
  return ({ access }) => (known === null || access === 'public' ? skip : known);
}

function identifyBy(accounts: Accounts): Middleware {
  const checkToken = koaJwt({
    ...tokenRules,
    // jsonwebtoken takes keys as well; the types of koa-jwt are older than that.
    secret: accounts.secret as unknown as Buffer,
    key: 'token',
    passthrough: true,
    getToken: ({ req }) => presentedBy(req.headers)?.secret ?? null,
  });
  return async (ctx, next) => {
    const presented = presentedBy(ctx.req.headers);
    if (presented?.kind === 'token') await checkToken(ctx, async () => {});
    try {
      ctx.state.credential = settle(accounts, presented, (): VerifiedToken => {
        if (ctx.state.token === undefined) throw ctx.state.jwtOriginalError;
        return ctx.state.token;
      });
    } catch (error) {
      ctx.state.refusal = error;
    }
    await next();
  };
}
