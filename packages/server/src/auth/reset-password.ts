import type { Database } from '../storage/database.js';
import { createSessionTable } from '../storage/session-table.js';
import { createUserTable } from '../storage/user-table.js';
import { createPasswords } from './passwords.js';
import { randomPassword } from './random-password.js';
import { userNotFound } from './users.js';

/** Name of the first user. */
export const firstUser = 'admin';

/** A user with a password that was just made. */
export interface NewPassword {
  readonly username: string;
  readonly password: string;
}

/**
 * Gives a user a random password and ends all sessions. Where there is no user at all, `admin` is made. A
 * server that has the same database open sees it at once.
 *
 * @param announce - gets the password before it is stored: if we are killed in between, nobody is left
 *   with a password that was never told
 * @throws LlamactlError USER_NOT_FOUND, STORAGE_ERROR, STORAGE_FULL
 */
export async function resetPassword(
  database: Database,
  name: string,
  announce: (fresh: NewPassword) => void,
): Promise<void> {
  const users = createUserTable(database);
  const sessions = createSessionTable(database);
  const isFirst = users.isEmpty() && name.toLowerCase() === firstUser;
  const username = isFirst ? firstUser : users.find(name)?.username;
  if (username === undefined) throw userNotFound(name);
  const fresh = { username, password: randomPassword() };
  const password = await createPasswords().hash(fresh.password);
  announce(fresh);
  const at = new Date().toISOString();
  database.transaction(() => {
    if (isFirst) users.add({ username, role: 'admin', password, created_at: at, updated_at: at });
    users.setPassword(username, password, at);
    sessions.endAllOf(username);
  });
}
