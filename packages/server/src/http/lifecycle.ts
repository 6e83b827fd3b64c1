/** Counts requests under way, and says whether the server is going down. */
export interface Lifecycle {
  readonly stopping: boolean;
  /** Counts a request; returns what ends it. */
  begin(): () => void;
  /** From now on, `stopping` is true. */
  stop(): void;
  /** Resolves when no request is under way, or when `signal` aborts. */
  whenIdle(signal: AbortSignal): Promise<void>;
}

/** The lifecycle of one server. */
export function createLifecycle(): Lifecycle {
  let stopping = false;
  let underWay = 0;
  const waiters = new Set<() => void>();
  const end = () => {
    underWay -= 1;
    if (underWay === 0) for (const wake of waiters) wake();
  };
  return {
    get stopping() {
      return stopping;
    },
    begin() {
      underWay += 1;
      return end;
    },
    stop() {
      stopping = true;
    },
    whenIdle: (signal) =>
      new Promise((resolve) => {
        if (underWay === 0 || signal.aborted) return resolve();
        const wake = () => {
          waiters.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiters.add(wake);
        signal.addEventListener('abort', wake);
      }),
  };
}
