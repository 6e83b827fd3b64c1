import { createSecretKey } from 'node:crypto';
import { LlamactlError } from '@llamactl/contract';
import type { Logger } from '../log/logger.js';
import type { Database } from '../storage/database.js';
import { type Accounts, createAccounts } from './accounts.js';
import { loadJwtSecret, randomSecret } from './jwt-secret.js';
import { firstUser, resetPassword } from './reset-password.js';

/** What accounts are opened with. */
export interface OpenAccountsOptions {
  readonly database: Database;
  /** Folder for the secret that tokens are signed with. Default: none, and it is good for this run alone. */
  readonly dataDir: string | undefined;
  readonly tokenTtlSeconds: number;
  /** Hears the password of the first user. */
  readonly onAdminPassword: ((password: string) => void) | undefined;
  readonly logger: Logger;
}

/**
 * Opens the accounts of a server. Where there is no user yet, it makes one: `admin`, with a random
 * password.
 *
 * @throws LlamactlError STORAGE_ERROR, STORAGE_FULL; VALIDATION_FAILED when nobody would hear that password
 */
export async function openAccounts(options: OpenAccountsOptions): Promise<Accounts> {
  const { database, dataDir, tokenTtlSeconds, onAdminPassword, logger } = options;
  // As a key it is never tried as another kind of key first, which takes half a millisecond with each token.
  const secret = createSecretKey(
    dataDir === undefined ? randomSecret() : await loadJwtSecret(dataDir),
  );
  const accounts = createAccounts({ database, secret, tokenTtlSeconds, logger });
  if (accounts.users.list().length > 0) return accounts;
  if (!onAdminPassword) throw nobodyToTell();
  await resetPassword(database, firstUser, ({ password }) => onAdminPassword(password));
  return accounts;
}

function nobodyToTell(): LlamactlError {
  const message = 'Authentication is on, there is no user yet, and nobody to tell its password.';
  return new LlamactlError('VALIDATION_FAILED', message, {
    details: 'Pass onAdminPassword to createServer; it gets the password of the user admin, once.',
  });
}
