import { LlamactlError } from '@llamactl/contract';

/** The version of what a file holds, when a newer release wrote it; else null. */
export function newerVersion(content: unknown, known: number): number | null {
  if (typeof content !== 'object' || content === null) return null;
  const { version } = content as { version?: unknown };
  const isNewer = typeof version === 'number' && Number.isInteger(version) && version > known;
  return isNewer ? version : null;
}

/** Refuses a file that a newer release wrote. */
export function writtenByNewer(path: string, version: number): LlamactlError {
  const message = `${path} was written by a newer release (version ${version}).`;
  return new LlamactlError('STORAGE_ERROR', message, {
    details: 'Use that release, or another data folder. Nothing was changed.',
  });
}
