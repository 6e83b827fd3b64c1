import type { Launch } from '../backends/backend.js';

/** What to run and where its traces go. */
export interface RunSpec {
  readonly launch: Launch;
  /** Folder of this run alone, for its record, pid, exit and FIFO files; made by `startRun` (0700). */
  readonly runDir: string;
  /** File that stdout and stderr are appended to (0600). */
  readonly logFile: string;
  /** Name of the instance, for the marker in the environment. */
  readonly instance: string;
  /** Whether the run ends with this process, even if that is killed. */
  readonly tied: boolean;
  /**
   * Text that its token begins with, by which whoever started it knows its processes even without a
   * record. Default: none.
   */
  readonly owner?: string;
  /** What a later manager needs to go on with it; kept in its record as JSON. Default: nothing. */
  readonly facts?: object;
}

/** Who a process is: a pid alone may be used again, these three together may not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot (field 22 of /proc/PID/stat), or the platform's text for it. */
  readonly startedTicks: string;
  readonly bootId: string;
}

/** How a run ended. Both are null when that could not be seen. */
export interface RunExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** A run under way or ended. */
export interface Run {
  /** Name of the instance. */
  readonly instance: string;
  /** Pid of the backend itself, not of the shim. */
  readonly pid: number;
  readonly identity: ProcessIdentity;
  /** The shell that waits for the backend; it leads the run's session and process group. */
  readonly shim: ProcessIdentity;
  /** The shell that ends a tied run when this process is gone; null when the run is not tied. */
  readonly guard: ProcessIdentity | null;
  /** Folder of its files. `stopRun` removes it when the run is tied; else it is left to the caller. */
  readonly runDir: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Random text in the environment of every process of this run. */
  readonly token: string;
  /** Resolves when the backend's own process is gone; never rejects. Its children may live on. */
  readonly exited: Promise<RunExit>;
  /** Ends the watch over it, for one that is left to a later manager: `exited` stays open then. */
  readonly letGo: () => void;
}
