import type { ApiKey, Role, Scope } from '@llamactl/contract';
import type { Database, Row } from './database.js';

/** An API key with what it is compared by, and what its owner is now. */
export interface StoredKey extends ApiKey {
  /** SHA-256 of the key, in hexadecimal. */
  readonly hash: string;
  readonly role: Role;
}

/** API keys in a database. */
export interface KeyTable {
  /** All keys, or those of one user; oldest first. */
  list(username?: string): ApiKey[];
  find(id: string): StoredKey | undefined;
  /** Those that begin like that; of random keys that is one at most. */
  withHint(hint: string): StoredKey[];
  /** Returns false when its owner is gone. */
  add(key: ApiKey, hash: string): boolean;
  remove(id: string): void;
  setLastUsed(id: string, at: string): void;
}

const columns = 'api_keys.*, users.role FROM api_keys JOIN users USING (username)';

/** API keys in that database. */
export function createKeyTable(database: Database): KeyTable {
  const list = database.prepare(`SELECT ${columns} ORDER BY api_keys.created_at, id`);
  const listOf = database.prepare(
    `SELECT ${columns} WHERE username = ? ORDER BY api_keys.created_at, id`,
  );
  const find = database.prepare(`SELECT ${columns} WHERE id = ?`);
  const withHint = database.prepare(`SELECT ${columns} WHERE hint = ?`);
  const add = database.prepare(
    'INSERT INTO api_keys SELECT ?, username, ?, ?, ?, ?, ?, ?, ?, NULL FROM users WHERE username = ?',
  );
  const remove = database.prepare('DELETE FROM api_keys WHERE id = ?');
  const setLastUsed = database.prepare('UPDATE api_keys SET last_used_at = ? WHERE id = ?');
  return {
    list: (username) => (username === undefined ? list.all() : listOf.all(username)).map(toKey),
    find: (id) => find.all(id).map(toStoredKey)[0],
    withHint: (hint) => withHint.all(hint).map(toStoredKey),
    add: ({ id, username, name, hint, scopes, instances, created_at, expires_at }, hash) => {
      const texts = [JSON.stringify(scopes), instances && JSON.stringify(instances)];
      return add.run(id, name, hint, hash, ...texts, created_at, expires_at, username) === 1;
    },
    remove: (id) => void remove.run(id),
    setLastUsed: (id, at) => void setLastUsed.run(at, id),
  };
}

function toKey(row: Row): ApiKey {
  const textOrNull = (value: Row[string] | undefined) => (value == null ? null : String(value));
  return {
    id: String(row.id),
    name: String(row.name),
    hint: String(row.hint),
    username: String(row.username),
    scopes: JSON.parse(String(row.scopes)) as Scope[],
    instances: row.instances == null ? null : (JSON.parse(String(row.instances)) as string[]),
    created_at: String(row.created_at),
    expires_at: textOrNull(row.expires_at),
    last_used_at: textOrNull(row.last_used_at),
  };
}

function toStoredKey(row: Row): StoredKey {
  return { ...toKey(row), hash: String(row.hash), role: row.role as Role };
}
