import type { StoredUser, UserTable } from '../storage/user-table.js';
import type { AttemptBook } from './attempt-book.js';
import type { Passwords } from './passwords.js';
import { invalidCredentials } from './refusals.js';

/** What somebody says about themselves. */
export interface Claim {
  readonly username: string;
  readonly password: string;
  /** Where they say it from. */
  readonly address: string;
}

/**
 * Finds the user whose name and password these are. Attempts are counted and slowed down, and a name that
 * nobody has takes as long as a wrong password.
 *
 * @throws LlamactlError INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS
 */
export type ProvePassword = (claim: Claim) => Promise<StoredUser>;

/** Proof by the passwords in a table. */
export function createPasswordProof(
  users: UserTable,
  passwords: Passwords,
  attempts: AttemptBook,
): ProvePassword {
  return async ({ username, password, address }) => {
    const user = users.find(username);
    const takeBack = attempts.begin({ username, passwordSince: user?.updated_at, address });
    const isRight = await passwords.matches(password, user?.password);
    if (!user || !isRight) throw invalidCredentials();
    takeBack();
    return user;
  };
}
