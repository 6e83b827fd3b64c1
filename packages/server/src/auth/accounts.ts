import type { KeyObject } from 'node:crypto';
import type { Logger } from '../log/logger.js';
import type { Database } from '../storage/database.js';
import { createKeyTable } from '../storage/key-table.js';
import { createSessionTable } from '../storage/session-table.js';
import { createUserTable } from '../storage/user-table.js';
import { type ApiKeys, createApiKeys } from './api-keys.js';
import { AttemptBook } from './attempt-book.js';
import type { Credential } from './credential.js';
import { type CredentialWatch, createCredentialWatch } from './credential-watch.js';
import { createPasswords } from './passwords.js';
import { createPasswordProof } from './prove-password.js';
import { createSessions, type Sessions } from './sessions.js';
import { createUsers, type Users } from './users.js';

/** Users, sessions and API keys of a server. */
export interface Accounts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly keys: ApiKeys;
  readonly watch: CredentialWatch['watch'];
  /** What tokens are signed with. */
  readonly secret: KeyObject;
}

/** What accounts are made of. */
export interface AccountsOptions {
  readonly database: Database;
  readonly secret: KeyObject;
  readonly tokenTtlSeconds: number;
  readonly logger: Logger;
}

/** The accounts in a database. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { database, secret, tokenTtlSeconds, logger } = options;
  const table = createUserTable(database);
  const sessionTable = createSessionTable(database);
  const passwords = createPasswords();
  const prove = createPasswordProof(table, passwords, new AttemptBook(() => performance.now()));
  const { watch, look } = createCredentialWatch({
    isAlive: (credential) => isAlive(credential, sessions, keys),
    dataVersion: database.dataVersion,
    onBlind: (error) => logger.error('sessions cannot be looked at', { error }),
  });
  const onRevoked = look;
  const sessions = createSessions({
    table: sessionTable,
    prove,
    secret,
    tokenTtlSeconds,
    onRevoked,
  });
  const keys = createApiKeys({
    table: createKeyTable(database),
    onRevoked,
    onUnstored: (error) => logger.warn('the last use of a key could not be stored', { error }),
  });
  const users = createUsers({
    database,
    table,
    sessions: sessionTable,
    passwords,
    prove,
    onRevoked,
  });
  return { users, sessions, keys, watch, secret };
}

/** A key whose owner has another role by now is another credential. */
function isAlive(credential: Credential, sessions: Sessions, keys: ApiKeys): boolean {
  const { sessionId, keyId, scopes } = credential;
  if (sessionId !== null) return sessions.has(sessionId);
  const now = keyId === null ? credential : keys.find(keyId);
  return now !== undefined && now.scopes.size === scopes.size;
}
