import { LlamactlError } from '@llamactl/contract';

/**
 * Turns what the file system threw into an error of the catalogue: STORAGE_FULL when the disk or the
 * quota is used up, else STORAGE_ERROR. A Llamactl error stays as it is.
 *
 * Clients see message and details, so neither holds what the system said; that is the cause.
 *
 * @param doing - What failed, as in `write a.json`; with a whole path only where the owner alone reads it.
 */
export function toStorageError(error: unknown, doing: string): LlamactlError {
  if (LlamactlError.is(error)) return error;
  if (isDiskFull(error)) {
    return new LlamactlError('STORAGE_FULL', `Could not ${doing}: the disk is full.`, {
      details: 'Free some space, then try again. Nothing was changed.',
      cause: error,
    });
  }
  return new LlamactlError('STORAGE_ERROR', `Could not ${doing}.`, {
    details: 'Check the data folder, its permissions and its disk.',
    cause: error,
  });
}

/** Whether an error means that the disk or the user's share of it is used up. */
export function isDiskFull(error: unknown): boolean {
  return hasErrno(error, 'ENOSPC', 'EDQUOT');
}

/** Whether an error is one of the system's with one of these codes, as in `ENOENT`. */
export function hasErrno(error: unknown, ...codes: readonly string[]): boolean {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && codes.includes(code);
}
