/*
 * Lines of ours in the log file. A file begins with a file mark, a run with a run mark; a note
 * tells what happened to the log itself. Each holds the key
 * of the log, which no backend knows, so that no output of a backend passes for one of them.
 */

const fileMarkPrefix = '--- llamactl log ';
const runMarkPrefix = '--- llamactl run ';
const notePrefix = '--- llamactl note ';

/** A file mark is never longer. */
export const maxFileMarkBytes = 512;

/** Where a file of the log begins: what cannot be known from its own lines. */
export interface FileMark {
  /** Random text, the same in all files of one log. */
  readonly key: string;
  /** Sequence number of the first line that begins in this file. */
  readonly firstSeq: number;
  /** Whether the file begins with the rest of an over-long line, whose begin is in the file before. */
  readonly midLine: boolean;
  /** Start of the run that the first lines belong to, in milliseconds since the epoch; null when none has begun. */
  readonly runStartedMs: number | null;
  /** Time of the line before. */
  readonly timeMs: number;
}

/** Where a run begins. */
export interface RunMark {
  readonly startedMs: number;
  readonly description: string;
}

/** Something that happened to the log itself. */
export interface Note {
  readonly timeMs: number;
  readonly text: string;
}

/** The line, with its end. */
export function formatFileMark(mark: FileMark): string {
  return `${fileMarkPrefix}${JSON.stringify({
    key: mark.key,
    first_seq: mark.firstSeq,
    mid_line: mark.midLine,
    run_started_at: mark.runStartedMs === null ? null : new Date(mark.runStartedMs).toISOString(),
    time: new Date(mark.timeMs).toISOString(),
  })}\n`;
}

/** Reads the first line of a file, without its end; null when it is no mark. */
export function parseFileMark(line: string): FileMark | null {
  const fields = parseFields(fileMarkPrefix, line);
  if (fields === null) return null;
  const { key, first_seq: firstSeq, mid_line: midLine, run_started_at: run } = fields;
  const timeMs = parseTime(fields.time);
  const runStartedMs = run === null ? null : parseTime(run);
  if (typeof key !== 'string' || typeof firstSeq !== 'number' || timeMs === null) return null;
  if (!Number.isSafeInteger(firstSeq) || firstSeq < 1) return null;
  return { key, firstSeq, midLine: midLine === true, runStartedMs, timeMs };
}

/** The line, with its end. */
export function formatRunMark(mark: RunMark, key: string): string {
  const startedAt = new Date(mark.startedMs).toISOString();
  const fields = { key, started_at: startedAt, description: mark.description };
  return `${runMarkPrefix}${JSON.stringify(fields)}\n`;
}

/** Reads a line, without its end; null when it is no run mark of this log. */
export function parseRunMark(line: string, key: string | null): RunMark | null {
  if (key === null) return null;
  const fields = parseFields(runMarkPrefix, line);
  if (fields === null || fields.key !== key) return null;
  const startedMs = parseTime(fields.started_at);
  const { description } = fields;
  if (startedMs === null || typeof description !== 'string') return null;
  return { startedMs, description };
}

/** The line, with its end. */
export function formatNote({ timeMs, text }: Note, key: string): string {
  return `${notePrefix}${JSON.stringify({ key, time: new Date(timeMs).toISOString(), text })}\n`;
}

/** Reads a line, without its end; null when it is no note of this log. */
export function parseNote(line: string, key: string | null): Note | null {
  if (key === null) return null;
  const fields = parseFields(notePrefix, line);
  if (fields === null || fields.key !== key) return null;
  const timeMs = parseTime(fields.time);
  const { text } = fields;
  return timeMs === null || typeof text !== 'string' ? null : { timeMs, text };
}

function parseFields(prefix: string, line: string): Record<string, unknown> | null {
  if (!line.startsWith(prefix)) return null;
  try {
    const value: unknown = JSON.parse(line.slice(prefix.length));
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function parseTime(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const time = Date.parse(value);
  return Number.isNaN(time) ? null : time;
}
