import { onAbort } from '@llamactl/contract';
import { InvalidRequestError } from '../errors/invalid-request-error.js';

/** What ends a call before it is done, and with which error. */
export interface Limits {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; Infinity for none. */
  readonly timeoutMs: number;
  readonly onAbort: (reason: unknown) => Error;
  readonly onTimeout: () => Error;
}

// A timer of Node or a browser that is longer fires at once.
const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs something that ends when it is done, when the caller's signal aborts, or at the deadline.
 * It rejects at once then, whether or not `run` heeds its signal.
 */
export async function withDeadline<T>(
  limits: Limits,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, timeoutMs } = limits;
  if (!(timeoutMs > 0)) {
    throw new InvalidRequestError(
      `timeoutMs is ${timeoutMs}; it must be more than 0.`,
      'Give milliseconds, or Infinity for no limit.',
    );
  }
  if (signal?.aborted) throw limits.onAbort(signal.reason);

  const controller = new AbortController();
  let letGo = () => {};
  const ending = new Promise<never>((_, reject) => {
    const end = (error: Error) => {
      reject(error);
      controller.abort(error);
    };
    const stopListening = signal && onAbort(signal, () => end(limits.onAbort(signal.reason)));
    const timer =
      timeoutMs > longestTimerMs ? undefined : setTimeout(() => end(limits.onTimeout()), timeoutMs);
    letGo = () => {
      clearTimeout(timer);
      stopListening?.();
    };
  });
  try {
    return await Promise.race([run(controller.signal), ending]);
  } finally {
    letGo();
  }
}

/** Resolves after a time; rejects when the signal aborts. */
export async function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  let letGo = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, Math.min(delayMs, longestTimerMs));
      const stopListening = onAbort(signal, () => reject(signal.reason));
      letGo = () => {
        clearTimeout(timer);
        stopListening();
      };
    });
  } finally {
    letGo();
  }
}
