import type { StoredUser, UserTable } from '../storage/user-table.js';
import type { AttemptBook } from './attempt-book.js';
import type { Passwords } from './passwords.js';
import { invalidCredentials } from './refusals.js';
import { createTurnstile } from './turnstile.js';

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
  // One after the other: of many right ones at the same time none counts as wrong while it is looked at.
  const pass = createTurnstile(1);
  return ({ username, password, address }) =>
    pass(async () => {
      const user = users.find(username);
      const takeBack = attempts.begin({ username, passwordSince: user?.updated_at, address });
      const isRight = await passwords.matches(password, user?.password);
      if (!user || !isRight) throw invalidCredentials();
      takeBack();
      return user;
    });
}
