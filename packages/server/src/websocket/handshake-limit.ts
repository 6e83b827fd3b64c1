import type { IncomingMessage } from 'node:http';
import type { Credential } from '../auth/credential.js';
import type { ClientAddress } from '../http/client-address.js';
import { callerKey } from '../rate-limit/caller-key.js';
import type { RateLimits } from '../rate-limit/rate-limits.js';
import { assertWithinLimit, standingHeaders } from '../rate-limit/standing-headers.js';

/** The rate limit of handshakes: each is one regular request, however long its socket lives. */
export interface HandshakeLimit {
  /**
   * Counts a handshake, for its address while it has no credential.
   *
   * @throws LlamactlError RATE_LIMITED
   */
  count(request: IncomingMessage, credential?: Credential): void;
  /** The headers that its answer has to carry, whatever else it says; none before it was counted. */
  headersOf(request: IncomingMessage): Readonly<Record<string, string>>;
}

/** @param limits - null for none */
export function createHandshakeLimit(
  limits: RateLimits | null,
  clientAddress: ClientAddress,
): HandshakeLimit {
  const headers = new WeakMap<IncomingMessage, Record<string, string>>();
  return {
    count(request, credential) {
      if (limits === null) return;
      const standing = limits.count('regular', callerKey(credential, clientAddress(request)));
      headers.set(request, standingHeaders(standing));
      assertWithinLimit(standing);
    },
    headersOf: (request) => headers.get(request) ?? {},
  };
}
