import { type GatewayRequest, LlamactlError } from '@llamactl/contract';
import { type Credential, isListed } from '../auth/credential.js';
import { assertAccess } from '../http/middleware/authorize.js';
import { isPlainUse, type Route } from './route.js';

/** @throws LlamactlError FORBIDDEN when the credential is not good for a route */
export function assertUse(credential: Credential, route: Route, method: string): void {
  // Whatever changes a backend, or what we do not know of it, is for those who manage it.
  const isPlain = route.kind !== 'proxy' || isPlainUse(route.path, method);
  assertAccess(credential, isPlain ? 'inference' : 'manage');
}

/** Whether a credential may see a request: one that goes to an instance of its own. */
export function maySee({ instances }: Credential, { instance }: GatewayRequest): boolean {
  return instances === null || (instance !== null && isListed(instances, instance));
}

/** No request of that id is under way, or none that may be seen. */
export function requestNotFound(): LlamactlError {
  return new LlamactlError('REQUEST_NOT_FOUND', 'There is no request of that id under way.', {
    details: 'It may have ended. List the requests to see those that are under way.',
  });
}
