import type { LogEntry, LogLevel } from '@llamactl/contract';
import type { ParsedLine } from '../backends/backend.js';

/** Settings of an instance's log. */
export interface InstanceLogOptions {
  /** The current file; older ones are `file.1` (newest) to `file.N`. */
  readonly file: string;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly parseLine: (line: string) => ParsedLine;
  /**
   * Pauses whoever writes to the file, for a rotation, and returns what lets it go on. Returns null when
   * nobody writes. Resolves once the writers have stopped.
   */
  readonly pauseWriters: () => Promise<(() => void) | null>;
  /** Called with what a listener threw. Default: see `EmitterOptions` in events/emitter.ts. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** The place of a line among all lines of all logs. */
export interface LogPlace {
  /**
   * Names the log, as long as its numbers go on: over rotations, and after Llamactl was started anew. The log
   * of an instance that was deleted and made anew has another one, and numbers of its own.
   */
  readonly epoch: string;
  /** Number of the line; 0 before the first. */
  readonly seq: number;
}

/**
 * The log of one instance: its files, followed while the current one grows, and the newest lines in memory.
 * The backend writes to the file itself. Each line has a sequence number for good: over rotations, in
 * memory and in the files, and after the log was opened again.
 *
 * Whatever a method rejects with is a LlamactlError STORAGE_ERROR or STORAGE_FULL. A file that does not
 * exist is an empty log. After `close` nothing is read any more.
 */
export interface InstanceLog {
  /** Masks these values in every line that is read from now on. Call before the lines are there. */
  hide(secrets: readonly string[]): void;
  /**
   * Marks the begin of a run in the file, so that times in its lines can be read later too. Makes the
   * file and its folder if need be. A full disk is no error.
   *
   * @param description - Shown as an entry of level info at the time of the start; must hold no secret.
   * @returns Sequence number of that entry; all with a greater one are of this run or a later one.
   */
  beginRun(startedAt: Date, description: string): Promise<number>;
  /**
   * Begins to follow the file; call before the run is spawned. What is in the file by then is there for
   * `read`, but listeners get only what comes later.
   */
  follow(): Promise<void>;
  /**
   * Reads what is in the file by now and ends following. Call it when a run has ended, also one that ended
   * while nobody followed: its last line counts from then on even if it has no end.
   */
  unfollow(): Promise<void>;
  /** Reads what is in the file by now. */
  drain(): Promise<void>;
  /**
   * The newest `lines` entries of at least `level` (default: all), oldest first; out of memory or, if need
   * be, the files. In memory, lines that came too fast are one entry (level warn) with the number of the last
   * of them; in the files they are all there.
   */
  read(lines: number, level?: LogLevel): Promise<LogEntry[]>;
  /** Place of the newest entry; null after `close`. */
  place(): Promise<LogPlace | null>;
  /** Calls back once on each new entry; returns the function that ends it. */
  onEntry(listener: (entry: LogEntry) => void): () => void;
  /** Whether it was closed or removed. */
  readonly isClosed: boolean;
  /** Calls back when it is closed or removed; returns the function that ends that. */
  onClose(listener: () => void): () => void;
  /** Ends everything and removes the files. */
  remove(): Promise<void>;
  /** Ends everything, keeps the files. */
  close(): Promise<void>;
}
