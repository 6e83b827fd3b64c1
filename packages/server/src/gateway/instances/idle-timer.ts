const maxTimerMs = 2 ** 31 - 1;

/** Calls back once nothing has happened for a while. It keeps no process alive. */
export class IdleTimer {
  #timer: NodeJS.Timeout | undefined;

  /** Begins anew; 0 seconds are for ever. */
  arm(seconds: number, usedAt: number, act: () => void): void {
    this.clear();
    if (seconds === 0) return;
    const leftMs = usedAt + seconds * 1_000 - performance.now();
    this.#timer = setTimeout(act, Math.min(Math.max(0, leftMs), maxTimerMs)).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
