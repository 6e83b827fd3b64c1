import { type Role, type Scope, scopeSchema } from '@llamactl/contract';
import { forbidden } from './refusals.js';

/** Who asks: what the credential of a request came to. Set as `ctx.state.credential`. */
export interface Credential {
  /** `anonymous` while authentication is off: everything is allowed then. */
  readonly kind: 'anonymous' | 'user' | 'api_key';
  /** What limits are counted by, as in `user:alice` or `key:ID`; null for an anonymous one, which goes by its address. */
  readonly countedAs: string | null;
  readonly username: string | null;
  readonly role: Role | null;
  readonly scopes: ReadonlySet<Scope>;
  /** Names of instances, in lower case; null for all. */
  readonly instances: InstanceList;
  /** The session that a token belongs to; null for others. */
  readonly sessionId: string | null;
  /** null for tokens. */
  readonly keyId: string | null;
  /** null for never. */
  readonly expiresAt: Date | null;
}

/** Names of instances, in lower case; null for all. */
export type InstanceList = ReadonlySet<string> | null;

/** Everybody, while authentication is off. */
export const anonymous: Credential = {
  kind: 'anonymous',
  countedAs: null,
  username: null,
  role: null,
  scopes: new Set(scopeSchema.options),
  instances: null,
  sessionId: null,
  keyId: null,
  expiresAt: null,
};

/** Whoever is not asked for a credential while authentication is on, as at a login: may do nothing else. */
export const nobody: Credential = { ...anonymous, scopes: new Set(), instances: new Set() };

/** Whether an instance, there or not, is in a list. */
export function isListed(list: InstanceList, name: string): boolean {
  return list === null || list.has(name.toLowerCase());
}

/** @throws LlamactlError FORBIDDEN for an instance that the credential is not good for, there or not */
export function assertListed({ instances }: Credential, name: string): void {
  if (isListed(instances, name)) return;
  throw forbidden('The API key is not good for that instance.', 'Use a key that lists it.');
}
