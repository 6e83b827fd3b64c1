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

/** The log of one instance: its file, followed while it grows, and the newest lines in memory. */
export interface InstanceLog {
  /** Marks the begin of a run in the file, so that times in its lines can be read later too. */
  beginRun(startedAt: Date, description: string): Promise<void>;
  /** Begins to follow the file; call before the run is spawned. */
  follow(): Promise<void>;
  /** Reads what is in the file by now and ends following. */
  unfollow(): Promise<void>;
  /** Reads what is in the file by now. */
  drain(): Promise<void>;
  /** The newest `lines` entries of at least `level`, oldest first; out of memory or, if need be, the files. */
  read(lines: number, level?: LogLevel): Promise<LogEntry[]>;
  /** Calls back on each new entry; returns the function that ends it. */
  onEntry(listener: (entry: LogEntry) => void): () => void;
  /** Ends everything and removes the files. */
  remove(): Promise<void>;
  /** Ends everything, keeps the files. */
  close(): Promise<void>;
}
