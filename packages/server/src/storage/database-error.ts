import { basename } from 'node:path';
import { LlamactlError } from '@llamactl/contract';

/** Turns what SQLite or the file system threw into STORAGE_FULL or STORAGE_ERROR; what they said is the cause. */
export function toDatabaseError(cause: unknown, file: string): LlamactlError {
  if (LlamactlError.is(cause)) return cause;
  const code = String((cause as { code?: unknown } | null)?.code ?? '');
  if (['SQLITE_FULL', 'ENOSPC', 'EDQUOT'].includes(code)) {
    return new LlamactlError('STORAGE_FULL', 'The disk of the data folder is full.', {
      details: 'Nothing was changed. Make room and try again.',
      cause,
    });
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new LlamactlError(
      'STORAGE_ERROR',
      `${basename(file)} in the data folder is damaged or no database.`,
      {
        details: 'Put a copy of it back, or move it away to begin anew.',
        cause,
      },
    );
  }
  return new LlamactlError('STORAGE_ERROR', 'The data folder could not be read or written.', {
    details: 'Nothing was changed. Check the owner, the rights and the disk of the data folder.',
    cause,
  });
}
