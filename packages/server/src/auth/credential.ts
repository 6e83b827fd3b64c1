import type { Role, Scope } from '@llamactl/contract';

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
  readonly instances: ReadonlySet<string> | null;
  /** The session that a token belongs to; null for others. */
  readonly sessionId: string | null;
  /** null for never. */
  readonly expiresAt: Date | null;
}
