import { onAbort } from '@llamactl/contract';

/** A signal that aborts with another one, or alone. */
export interface OwnSignal {
  readonly signal: AbortSignal;
  /** Aborts it, and lets go of the other one. */
  readonly end: () => void;
}

export function ownSignal(other: AbortSignal): OwnSignal {
  const own = new AbortController();
  const stopListening = onAbort(other, () => own.abort(other.reason));
  return {
    signal: own.signal,
    end() {
      stopListening();
      own.abort();
    },
  };
}
