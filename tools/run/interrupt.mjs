/** Why a tool ends early: somebody pressed Ctrl-C or asked it to end. */
export class Interrupted extends Error {
  /** @override */
  name = 'Interrupted';
}

/**
 * A signal that aborts at the first SIGINT, SIGTERM or SIGHUP. Whoever holds it lets go of what it owns; the
 * signals that follow are ignored meanwhile, so that nothing is left behind.
 * @returns {AbortSignal}
 */
export function abortOnInterrupt() {
  const controller = new AbortController();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(name, () => controller.abort(new Interrupted(`ended by ${name}`)));
  }
  return controller.signal;
}
