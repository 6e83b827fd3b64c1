import { type CreateApiKey, LlamactlError } from '@llamactl/contract';
import { type Credential, isListed } from './credential.js';
import { forbidden } from './refusals.js';

/**
 * Refuses a key that would be allowed more than whoever makes it, or that would be good for nothing.
 *
 * @throws LlamactlError FORBIDDEN, VALIDATION_FAILED
 */
export function assertGrantable(
  { scopes, instances = null, expires_at = null }: CreateApiKey,
  creator: Pick<Credential, 'scopes' | 'instances'>,
  nowMs: number,
): void {
  const lacking = scopes.filter((scope) => !creator.scopes.has(scope));
  if (lacking.length > 0) {
    throw forbidden(
      `You lack the scopes ${lacking.join(', ')}, so your keys cannot have them.`,
      'Leave them out, or let somebody make the key who has them.',
    );
  }
  const allowed = creator.instances;
  if (allowed !== null && !instances?.every((name) => isListed(allowed, name))) {
    throw forbidden('The key would be good for more instances than yours.', 'List fewer.');
  }
  if (instances !== null && scopes.includes('admin')) {
    // It could make itself a user that is good for all.
    throw invalid('instances', 'must be left out for a key with the scope admin');
  }
  if (expires_at !== null && Date.parse(expires_at) <= nowMs) {
    throw invalid('expires_at', 'must be in the future');
  }
}

function invalid(path: string, message: string): LlamactlError {
  return new LlamactlError('VALIDATION_FAILED', `${path} ${message}.`, {
    details: `Correct ${path} and send the request again.`,
    issues: [{ path, message }],
  });
}
