/** Those who want to know when a signal aborts. */
const waitingFor = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls back when a signal aborts, at once if it has; returns the function that ends that. Any number may
 * wait for one signal: for all of them it gets one listener. Of more than ten Node warns as of a leak, and
 * `AbortSignal.any` keeps some memory for each as long as the signal lives.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => {};
  }
  const waiting = waitingFor.get(signal) ?? new Waiting(signal);
  return waiting.add(listener);
}

class Waiting {
  readonly #signal: AbortSignal;
  readonly #all = new Set<{ readonly tell: () => void }>();
  readonly #tellAll = () => {
    waitingFor.delete(this.#signal);
    for (const one of this.#all) one.tell();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#tellAll, { once: true });
    waitingFor.set(signal, this);
  }

  add(tell: () => void): () => void {
    const one = { tell };
    this.#all.add(one);
    return () => {
      if (this.#all.delete(one) && this.#all.size === 0) this.#forget();
    };
  }

  #forget(): void {
    this.#signal.removeEventListener('abort', this.#tellAll);
    waitingFor.delete(this.#signal);
  }
}
