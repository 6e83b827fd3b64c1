import type { Identity } from '@llamactl/contract';
import type { Credential } from '../auth/credential.js';

/** What somebody may know of their own credential. */
export function toIdentity(credential: Credential, isAuthOn: boolean): Identity {
  const { kind, username, role, scopes, instances, expiresAt } = credential;
  return {
    auth_enabled: isAuthOn,
    kind,
    username,
    role,
    scopes: [...scopes],
    instances: instances && [...instances],
    expires_at: expiresAt?.toISOString() ?? null,
  };
}
