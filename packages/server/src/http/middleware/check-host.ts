import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { LlamactlError } from '@llamactl/contract';
import type { Middleware } from 'koa';

/**
 * Returns what refuses a Host header that is not one of ours, against DNS rebinding: a page whose name is
 * made to point here would otherwise talk to this server as its own. Ports are ignored; IP addresses,
 * `localhost`, `*.localhost`, the machine's own names and `allowed` pass; else it throws HOST_FORBIDDEN.
 */
export function createHostAssertion(allowed: readonly string[]) {
  const own = hostname().toLowerCase();
  const first = own.split('.')[0];
  const names = new Set(['localhost', own, first, `${first}.local`, ...allowed.map(nameOf)]);
  return ({ headers: { host } }: IncomingMessage): void => {
    if (host === undefined || isOurs(nameOf(host), names)) return;
    throw new LlamactlError(
      'HOST_FORBIDDEN',
      `The host ${host.slice(0, 255)} is not served here.`,
      {
        details:
          'If it is a name of this server, add it to server.allowed_hosts in its configuration.',
      },
    );
  };
}

/** {@link createHostAssertion} for every request. */
export function checkHost(allowed: readonly string[]): Middleware {
  const assertHost = createHostAssertion(allowed);
  return async (ctx, next) => {
    assertHost(ctx.req);
    await next();
  };
}

/** The name in a Host header: lower case, without port, brackets and final dot. */
function nameOf(host: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d*)?$/.exec(host)?.[1];
  return bracketed ?? host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

function isOurs(name: string, names: ReadonlySet<string | undefined>): boolean {
  return isIP(name) !== 0 || names.has(name) || name.endsWith('.localhost');
}
