import type { Credentials } from './credentials.js';

/** Time between two looks at the token, in milliseconds; short beside the shortest life of one. */
const lookEveryMs = 10_000;

/**
 * Sees to it that the token of a session does not end while a connection lasts on which nothing is asked for.
 * Gives a function to call when that is over. By itself it keeps no process alive.
 */
export function keepFresh(credentials: Credentials): () => void {
  const timer: { readonly unref?: () => unknown } & ReturnType<typeof setInterval> = setInterval(
    // What goes wrong here is told to whoever is refused.
    () => void credentials.refreshIfDue().catch(() => {}),
    lookEveryMs,
  );
  timer.unref?.();
  return () => clearInterval(timer);
}
