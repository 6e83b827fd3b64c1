import { type ErrorCode, LlamactlError } from '@llamactl/contract';
import { isResourceShortage } from './resource-shortage.js';

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'STORAGE_FULL',
  EDQUOT: 'STORAGE_FULL',
  E2BIG: 'INVALID_OPTION',
};

const advice: Partial<Record<ErrorCode, string>> = {
  RESOURCE_EXHAUSTED:
    'The limit of open files, processes or memory is reached; stop something or raise the limit (ulimit -n, ulimit -u).',
  STORAGE_FULL: 'Make room on the disk of the data folder.',
  INVALID_OPTION: 'The arguments and environment are longer than the system takes; shorten them.',
  STORAGE_ERROR: 'Look at the rights of the data folder and its disk.',
};

/** Says why a run could not be started; what the system said, which may name folders, is the cause. */
export function startError(instance: string, thrown: unknown): LlamactlError {
  // A store's error for a file that could not be opened does not say that there are too many.
  const isShortage = LlamactlError.is(thrown) && isResourceShortage(thrown.cause);
  if (LlamactlError.is(thrown) && !isShortage) return thrown;
  const cause = isShortage ? thrown.cause : thrown;
  const code = isResourceShortage(cause)
    ? 'RESOURCE_EXHAUSTED'
    : (codes[(cause as NodeJS.ErrnoException).code ?? ''] ?? 'STORAGE_ERROR');
  return new LlamactlError(code, `Could not start the process of instance "${instance}"`, {
    details: advice[code] ?? '',
    cause,
  });
}
