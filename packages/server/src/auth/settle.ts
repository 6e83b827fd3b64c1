import type { Accounts } from './accounts.js';
import type { Credential } from './credential.js';
import type { Presented } from './presented.js';
import { tokenExpired, unauthorized } from './refusals.js';
import { isExpiry, type VerifiedToken } from './token.js';

/**
 * Who it is that shows this: the one way to a credential, through whichever door the request came.
 *
 * @param verify - gives the token once its signature, times, issuer and audience were checked, or throws
 * @throws LlamactlError UNAUTHORIZED, TOKEN_EXPIRED
 */
export function settle(
  { sessions, keys }: Accounts,
  presented: Presented | null,
  verify: (token: string) => VerifiedToken,
): Credential {
  if (!presented) throw unauthorized();
  if (presented.kind === 'api_key') return keys.settle(presented.secret);
  return sessions.settle(verified(presented.secret, verify));
}

function verified(token: string, verify: (token: string) => VerifiedToken): VerifiedToken {
  try {
    return verify(token);
  } catch (error) {
    throw isExpiry(error) ? tokenExpired() : unauthorized();
  }
}
