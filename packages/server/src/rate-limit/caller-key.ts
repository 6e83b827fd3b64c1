import type { Credential } from '../auth/credential.js';
import { networkOf } from '../http/address.js';

/** What limits are counted by: the credential or, without one, the address; of IPv6 its network. */
export function callerKey(credential: Credential | undefined, address: string): string {
  return credential?.countedAs ?? `address:${networkOf(address)}`;
}
