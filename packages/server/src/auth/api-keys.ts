import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ApiKey, type CreateApiKey, LlamactlError, roleScopes } from '@llamactl/contract';
import type { KeyTable, StoredKey } from '../storage/key-table.js';
import { assertGrantable } from './assert-grantable.js';
import type { Credential } from './credential.js';
import { keyPrefix } from './presented.js';
import { keyExpired, unauthorized } from './refusals.js';

/** API keys and what may be done with them. */
export interface ApiKeys {
  /** One's own; admins see all. */
  list(credential: Credential): ApiKey[];
  /** @throws LlamactlError FORBIDDEN, VALIDATION_FAILED */
  create(input: CreateApiKey, credential: Credential): { key: string; api_key: ApiKey };
  /** @throws LlamactlError KEY_NOT_FOUND, also for keys of others that are not shown */
  remove(id: string, credential: Credential): void;
  /** Who it is that a key belongs to. @throws LlamactlError UNAUTHORIZED, TOKEN_EXPIRED */
  settle(key: string): Credential;
  /** What a key comes to now; undefined when it is gone. */
  find(id: string): Credential | undefined;
}

/** What API keys work on. */
export interface ApiKeysOptions {
  readonly table: KeyTable;
  /** Told when credentials have ended. */
  readonly onRevoked: () => void;
  /** Told that the last use of a key could not be stored; the request goes on. */
  readonly onUnstored: (error: unknown) => void;
}

const shape = /^llk_[A-Za-z0-9_-]{43}$/;
/** Characters of a key that are no secret: enough to tell it by, and to find it. */
const hintLength = keyPrefix.length + 8;

/** API keys in a table. */
export function createApiKeys({ table, onRevoked, onUnstored }: ApiKeysOptions): ApiKeys {
  const markUsed = createUseMarker(table, onUnstored);
  return {
    list: ({ scopes, username }) => table.list(scopes.has('admin') ? undefined : String(username)),
    create(input, credential) {
      assertGrantable(input, credential, Date.now());
      const key = keyPrefix + randomBytes(32).toString('base64url');
      const { name, scopes, instances = null, expires_at = null } = input;
      const api_key: ApiKey = {
        id: randomBytes(8).toString('hex'),
        name,
        hint: key.slice(0, hintLength),
        username: String(credential.username),
        scopes: [...new Set(scopes)],
        instances: instances && [...new Set(instances)],
        created_at: new Date().toISOString(),
        expires_at: expires_at && new Date(expires_at).toISOString(),
        last_used_at: null,
      };
      if (!table.add(api_key, hashOf(key).toString('hex'))) throw unauthorized();
      return { key, api_key };
    },
    remove(id, { scopes, username }) {
      const key = table.find(id);
      if (!key || (key.username !== username && !scopes.has('admin'))) throw keyNotFound(id);
      table.remove(id);
      onRevoked();
    },
    settle(key) {
      const candidates = shape.test(key) ? table.withHint(key.slice(0, hintLength)) : [];
      const hash = hashOf(key);
      const stored = candidates.find((candidate) =>
        timingSafeEqual(Buffer.from(candidate.hash, 'hex'), hash),
      );
      if (!stored) throw unauthorized();
      if (stored.expires_at !== null && Date.parse(stored.expires_at) <= Date.now()) {
        throw keyExpired();
      }
      markUsed(stored);
      return toCredential(stored);
    },
    find(id) {
      const stored = table.find(id);
      return stored && toCredential(stored);
    },
  };
}

/** Stores the minute of the last use: one write a minute at most, and one try. */
function createUseMarker(table: KeyTable, onUnstored: (error: unknown) => void) {
  const tried = new Set<string>();
  let minute = '';
  return ({ id, last_used_at }: ApiKey): void => {
    const now = `${new Date().toISOString().slice(0, 16)}:00.000Z`;
    if (now !== minute) tried.clear();
    minute = now;
    if (last_used_at === now || tried.has(id)) return;
    tried.add(id);
    try {
      table.setLastUsed(id, now);
    } catch (error) {
      onUnstored(error);
    }
  };
}

function toCredential({
  id,
  username,
  role,
  scopes,
  instances,
  expires_at,
}: StoredKey): Credential {
  return {
    kind: 'api_key',
    countedAs: `key:${id}`,
    username,
    role,
    scopes: new Set(scopes.filter((scope) => roleScopes[role].includes(scope))),
    instances: instances && new Set(instances.map((name) => name.toLowerCase())),
    sessionId: null,
    keyId: id,
    expiresAt: expires_at === null ? null : new Date(expires_at),
  };
}

/** Random keys need no slow hash. */
function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function keyNotFound(id: string): LlamactlError {
  return new LlamactlError('KEY_NOT_FOUND', `There is no API key ${id}.`, {
    details: 'GET /api/keys lists them.',
  });
}
