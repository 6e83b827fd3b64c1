import type { LogEntry, LogLevel } from '@llamactl/contract';
import type { ParsedLine } from '../backends/backend.js';
import { safeText } from '../support/safe-text.js';
import { parseNote, parseRunMark } from './mark.js';

/** What must be known to read the lines from some place of a log on. */
export interface LogPosition {
  /** Sequence number of the next line. */
  readonly seq: number;
  /** Start of the run that the next line belongs to, in milliseconds since the epoch; null when unknown. */
  readonly runStartedMs: number | null;
  /** Time of the line before, in milliseconds since the epoch. */
  readonly timeMs: number;
  /** Key of the log's marks; null where the file has none. */
  readonly key: string | null;
}

/** `live`: read just after it was written, so that now is the time of a line that tells none. */
export type Timing = 'live' | 'later';

/** Makes entries of lines that follow each other; they are read as a LineReader does. */
export class EntryMaker {
  readonly #parseLine: (line: string) => ParsedLine;
  #seq: number;
  #runStartedMs: number | null;
  #timeMs: number;
  #key: string | null;
  /** Of `#timeMs`, once it was needed. */
  #timestamp: string | null = null;

  constructor(parseLine: (line: string) => ParsedLine, position: LogPosition) {
    this.#parseLine = parseLine;
    this.#seq = position.seq;
    this.#runStartedMs = position.runStartedMs;
    this.#timeMs = position.timeMs;
    this.#key = position.key;
  }

  get position(): LogPosition {
    return {
      seq: this.#seq,
      runStartedMs: this.#runStartedMs,
      timeMs: this.#timeMs,
      key: this.#key,
    };
  }

  /** Makes the entry of the next line, which is given without its end. */
  make(line: string, timing: Timing): LogEntry {
    const run = parseRunMark(line, this.#key);
    if (run !== null) {
      this.#runStartedMs = run.startedMs;
      return this.#next(run.startedMs, 'info', safeText(run.description));
    }
    const note = parseNote(line, this.#key);
    if (note !== null) return this.#next(note.timeMs, 'warn', safeText(note.text));
    const { level, message, elapsedMs } = this.#parseLine(line);
    const told =
      this.#runStartedMs === null || elapsedMs === null ? null : this.#runStartedMs + elapsedMs;
    if (isDate(told)) return this.#next(told, level, message);
    return this.#next(timing === 'live' ? Date.now() : this.#timeMs, level, message);
  }

  /** Passes over lines that are not read; returns an entry that has the place of the last one. */
  skip(lines: number, message: string): LogEntry {
    this.#seq += lines - 1;
    return this.#next(Date.now(), 'warn', message);
  }

  /** Begins a run, or the use of a key, that no line tells of. */
  set(changes: Partial<Pick<LogPosition, 'runStartedMs' | 'key'>>): void {
    if (changes.runStartedMs !== undefined) this.#runStartedMs = changes.runStartedMs;
    if (changes.key !== undefined) this.#key = changes.key;
  }

  #next(timeMs: number, level: LogLevel, message: string): LogEntry {
    // Of a flood many lines have one time, and to format it is most of the work.
    if (timeMs !== this.#timeMs || this.#timestamp === null) {
      this.#timestamp = new Date(timeMs).toISOString();
    }
    this.#timeMs = timeMs;
    const timestamp = this.#timestamp;
    return { seq: this.#seq++, timestamp, level, message };
  }
}

/** Whether a time is one that a Date can hold; a backend may claim any elapsed time. */
function isDate(timeMs: number | null): timeMs is number {
  return timeMs !== null && Math.abs(timeMs) <= 8.64e15;
}
