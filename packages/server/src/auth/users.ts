import {
  type ChangePassword,
  type CreateUser,
  LlamactlError,
  type Role,
  type User,
} from '@llamactl/contract';
import type { Database } from '../storage/database.js';
import type { SessionTable } from '../storage/session-table.js';
import type { StoredUser, UserTable } from '../storage/user-table.js';
import type { Credential } from './credential.js';
import type { Passwords } from './passwords.js';
import type { ProvePassword } from './prove-password.js';
import { forbidden, invalidCredentials } from './refusals.js';

/** Users and what may be done with them. */
export interface Users {
  list(): User[];
  /** @throws LlamactlError USER_EXISTS */
  create(input: CreateUser): Promise<User>;
  /** Ends the user's sessions, if it is another role. @throws LlamactlError USER_NOT_FOUND, LAST_ADMIN */
  setRole(username: string, role: Role): User;
  /** With all sessions and keys. @throws LlamactlError USER_NOT_FOUND, LAST_ADMIN */
  remove(username: string): void;
  /**
   * Ends the user's sessions.
   *
   * @throws LlamactlError FORBIDDEN, INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, USER_NOT_FOUND,
   *   VALIDATION_FAILED
   */
  changePassword(username: string, input: ChangePassword, by: Changer): Promise<void>;
}

/** Who changes a password. */
export interface Changer {
  readonly credential: Credential;
  readonly address: string;
}

/** What users are made of. */
export interface UsersOptions {
  readonly database: Database;
  readonly table: UserTable;
  readonly sessions: SessionTable;
  readonly passwords: Passwords;
  readonly prove: ProvePassword;
  /** Told when credentials have ended. */
  readonly onRevoked: () => void;
}

/** Users in a table. */
export function createUsers(options: UsersOptions): Users {
  const { database, table, sessions, passwords, prove, onRevoked } = options;
  const find = (username: string): StoredUser => {
    const user = table.find(username);
    if (user) return user;
    throw userNotFound(username);
  };
  return {
    list: () => table.list(),
    async create({ username, password, role }) {
      if (table.find(username)) throw userExists(username);
      const at = new Date().toISOString();
      const user: User = { username, role, created_at: at, updated_at: at };
      const isNew = table.add({ ...user, password: await passwords.hash(password) });
      if (!isNew) throw userExists(username);
      return user;
    },
    setRole(username, role) {
      database.transaction(() => {
        const user = find(username);
        if (user.role === role) return;
        assertNotLast(user, table);
        table.setRole(username, role, new Date().toISOString());
        sessions.endAllOf(username);
      });
      onRevoked();
      const { password: _, ...user } = find(username);
      return user;
    },
    remove(username) {
      database.transaction(() => {
        assertNotLast(find(username), table);
        table.remove(username);
      });
      onRevoked();
    },
    async changePassword(username, { password, current_password }, { credential, address }) {
      const isOwn = credential.username?.toLowerCase() === username.toLowerCase();
      let proven: string | undefined;
      if (isOwn) {
        if (current_password === undefined) throw currentPasswordMissing();
        proven = (await prove({ username, password: current_password, address })).password;
      } else if (!credential.scopes.has('admin')) throw othersPassword();
      find(username);
      const hash = await passwords.hash(password);
      database.transaction(() => {
        const user = find(username);
        // Somebody may have set another one meanwhile, such as an admin whom a thief wants to forestall.
        if (proven !== undefined && user.password !== proven) throw invalidCredentials();
        table.setPassword(username, hash, new Date().toISOString());
        sessions.endAllOf(username);
      });
      onRevoked();
    },
  };
}

/** An error for a name that no user has. */
export function userNotFound(username: string): LlamactlError {
  return new LlamactlError('USER_NOT_FOUND', `There is no user ${username}.`, {
    details: 'Users are listed by GET /api/users.',
  });
}

function assertNotLast(user: User, table: UserTable): void {
  if (user.role !== 'admin' || table.countAdmins() > 1) return;
  throw new LlamactlError('LAST_ADMIN', `${user.username} is the only admin.`, {
    details: 'Make another user an admin first.',
  });
}

function userExists(username: string): LlamactlError {
  return new LlamactlError('USER_EXISTS', `There is a user ${username} already.`, {
    details: 'Choose another name; names differ by more than case.',
  });
}

function currentPasswordMissing(): LlamactlError {
  return new LlamactlError('VALIDATION_FAILED', 'current_password is required.', {
    details: 'Send the password until now as well: it is your own that you change.',
    issues: [{ path: 'current_password', message: 'is required for one’s own password' }],
  });
}

function othersPassword(): LlamactlError {
  return forbidden('Only admins set passwords of others.', 'Ask an admin.');
}
