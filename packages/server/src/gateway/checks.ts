import type { IncomingMessage } from 'node:http';
import { LlamactlError } from '@llamactl/contract';
import type { Accounts } from '../auth/accounts.js';
import type { Credential } from '../auth/credential.js';
import { identify } from '../auth/identify-upgrade.js';
import { presentedBy } from '../auth/presented.js';
import type { Lifecycle } from '../http/lifecycle.js';
import { createHostAssertion } from '../http/middleware/check-host.js';
import { createOriginGuard } from '../http/middleware/check-origin.js';
import { assertTarget } from '../http/middleware/check-target.js';
import { serverStopping } from '../http/middleware/shutdown-gate.js';
import { assertUse } from './access.js';
import type { Call } from './call.js';
import { isPlainPath } from './route.js';

/** What decides over requests. */
export interface CheckOptions {
  /** null while authentication is off. */
  readonly accounts: Accounts | null;
  readonly lifecycle: Lifecycle;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/** The checks that a request goes through before anything is done for it. */
export interface Checks {
  /** Whether it may come here at all. */
  assertAddressed(call: Call): void;
  /** Whether it asks for something that there is, and may have it; tells who asks. */
  identify(call: Call): Credential;
}

/** Makes the checks; each throws a LlamactlError. */
export function createChecks(options: CheckOptions): Checks {
  const { lifecycle, accounts } = options;
  const assertHost = createHostAssertion(options.allowedHosts);
  const guardOrigin = createOriginGuard(options.allowedOrigins);
  return {
    assertAddressed({ request, route }) {
      assertTarget(request);
      // Another page's requests bring no credentials along, whatever name it has.
      if (accounts === null) assertHost(request);
      guardOrigin(request);
      if (lifecycle.stopping) throw serverStopping();
      if (route.kind === 'unknown') throw noRoute(request.url ?? '');
    },
    identify({ request, route }) {
      const credential = identify(accounts, presentedBy(request.headers));
      const method = request.method ?? '';
      if (!route.allow.includes(method)) throw notAllowed(method, route.allow);
      if (route.kind === 'proxy' && !isPlainPath(route.path)) throw oddPath();
      if (route.kind === 'proxy' && offersSocket(request)) throw noSocket();
      assertUse(credential, route, method);
      return credential;
    },
  };
}

function noRoute(url: string): LlamactlError {
  const path = url.split('?', 1)[0]?.slice(0, 200);
  return new LlamactlError('NOT_FOUND', `There is no route ${path}.`, {
    details: 'The gateway serves /v1/chat/completions, /v1/models and others; see its guide.',
  });
}

function notAllowed(method: string, allow: readonly string[]): LlamactlError {
  return new LlamactlError('METHOD_NOT_ALLOWED', `${method} is not for this path.`, {
    details: `Use one of: ${allow.join(', ')}.`,
  });
}

/** Whether a request came with the offer of a WebSocket, which goes no further than to us. */
function offersSocket({ headers }: IncomingMessage): boolean {
  return headers['sec-websocket-key'] !== undefined;
}

function noSocket(): LlamactlError {
  const message = 'WebSockets are not passed on to instances.';
  return new LlamactlError('INVALID_REQUEST', message, {
    details: 'Connect to the port of the instance itself; its details tell it.',
  });
}

function oddPath(): LlamactlError {
  return new LlamactlError('INVALID_REQUEST', 'The path on the instance is not a plain one.', {
    details: 'Send it without "..", empty steps, encoded slashes and backslashes.',
  });
}
