import type { Run } from './run.js';
import { StopSequence } from './stop-sequence.js';

/** How to stop a run. */
export interface StopRunOptions {
  /** Time until whatever still lives is killed, in milliseconds from the call. */
  readonly timeoutMs: number;
  /** Kill at once. Default: false. */
  readonly force?: boolean;
  /** Time from the first SIGTERM to a second one, in milliseconds. Default: 3 000. */
  readonly secondTermAfterMs?: number;
  /** Cuts our own connections to the backend; SIGTERM follows 25 ms later. */
  readonly cutConnections?: () => void | Promise<void>;
}

/** What it took: nothing was alive, one SIGTERM, two, or SIGKILL. */
export type StopStep = 'gone' | 'term' | 'second_term' | 'kill';

/** How a stop went. */
export interface StopReport {
  /** The step that ended the backend itself; its children may have needed more. */
  readonly step: StopStep;
  readonly durationMs: number;
}

/** Stops one run; may be asked again, and harder, while a stop is under way. */
export interface Stopper {
  /**
   * Begins to stop, or makes the stop under way shorter: the earlier deadline counts, and `force` kills
   * at once. Every call gives the same promise; see {@link stopRun}.
   */
  stop(options: StopRunOptions): Promise<StopReport>;
}

/**
 * Stops a run with all of its processes, also those that left its group: SIGTERM, a second one (a
 * llama-server with open connections waits for ever after one), SIGKILL at `timeoutMs`. Children that
 * outlive the backend by half a second are killed. Resolves when nothing of the run lives any more, at
 * the latest one second after `timeoutMs`; the folder of a tied run is removed then. A signal only ever
 * goes to a process that was found to be the run's in the same step.
 *
 * @throws LlamactlError INTERNAL_ERROR when a process cannot be killed, with its pid and state.
 */
export function stopRun(run: Run, options: StopRunOptions): Promise<StopReport> {
  return createStopper(run).stop(options);
}

/** Makes a {@link Stopper}; it does nothing until it is asked to. */
export function createStopper(run: Run): Stopper {
  return new StopSequence(run);
}
