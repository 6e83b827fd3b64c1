import { AbortedError } from '../errors/aborted-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import type { Limits } from './deadline.js';

/** Limits of a request. `name` says which, as in `GET http://localhost:8080/health`. */
export function requestLimits(
  name: string,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Limits {
  return {
    signal,
    timeoutMs,
    onAbort: (reason) => new AbortedError(`${name} was aborted.`, reason),
    onTimeout: () =>
      new TimeoutError(`${name} was not answered in full within ${timeoutMs} ms.`, {
        details: 'Give more time with `timeoutMs`, or look whether the server is overloaded.',
        timeoutMs,
      }),
  };
}
