import type { InstanceDetails } from '@llamactl/contract';

/**
 * How long an instance may stand `stopped` between the stop and the start of a restart, in milliseconds. The
 * server checks program, model and port in that time; a look cannot tell it from a stop for good.
 */
export const longestGapMs = 5_000;

/** What the outlook is made from. */
export type SeenRun = Pick<InstanceDetails, 'status' | 'last_exit'>;

/** Whether an instance that is awaited to run still may, out of what was seen of it, one look after the other. */
export class RunOutlook {
  /** Whether it has had a process since the wait began. */
  #wasActive = false;
  /** End of the last run before the wait began; undefined before the first look. */
  #firstExit: string | null | undefined;
  /** The stop that it stands at. */
  #stop: { readonly exit: string | null; readonly sinceMs: number } | null = null;

  /**
   * Takes what is seen at a time, and returns whether it is over: the instance has failed, or was stopped and
   * not started again. One that has not been started yet may be at any time; a start and a stop between two
   * looks show in its last exit.
   */
  isOver({ status, last_exit }: SeenRun, nowMs: number): boolean {
    const exit = last_exit?.at ?? null;
    if (this.#firstExit === undefined) this.#firstExit = exit;
    if (status === 'failed') return true;
    if (status !== 'stopped') {
      this.#wasActive = true;
      this.#stop = null;
      return false;
    }
    if (!this.#wasActive && exit === this.#firstExit) return false;
    if (this.#stop?.exit !== exit) this.#stop = { exit, sinceMs: nowMs };
    return nowMs - this.#stop.sinceMs >= longestGapMs;
  }
}
