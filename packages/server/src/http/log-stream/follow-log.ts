import type { LogEntry, LogLevel } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import { type Caller, StreamAnswer } from '../stream-answer.js';
import type { Follows } from './follows.js';
import { jsonLines, type LogFormat, serverSentEvents } from './log-format.js';
import { createLogStream } from './log-stream.js';

/** What log streams are made of. */
export interface LogFollowingOptions {
  readonly llamactl: Llamactl;
  readonly follows: Follows;
  readonly heartbeatMs: number;
}

/**
 * Answers with the newest lines of a log (100 unless told) and what comes after them. A client of
 * server-sent events that comes back, as browsers do by themselves, goes on where it left off, unless
 * more than 10 000 lines have come since.
 *
 * @throws LlamactlError INSTANCE_NOT_FOUND; TOO_MANY_FOLLOWS when the stream is opened
 */
export type LogFollowing = (name: string, range: LogRange, caller: Caller) => Promise<StreamAnswer>;

/** Which lines to begin with, and which to leave out. */
export interface LogRange {
  readonly lines?: number | undefined;
  readonly level?: LogLevel | undefined;
}

const defaultLines = 100;
/** The most that can be read back. */
const maxLines = 10_000;

/** Following of the logs of one core. */
export function createLogFollowing(options: LogFollowingOptions): LogFollowing {
  const { llamactl, follows, heartbeatMs } = options;
  return async (name, { lines = defaultLines, level }, caller) => {
    // Said before the stream begins, as an answer of its own.
    llamactl.get(name);
    const format = formatFor(caller);
    const seen = format === serverSentEvents ? await lastSeen(llamactl, name, caller) : null;
    return new StreamAnswer(format.contentType, () =>
      follows.open(caller.countedAs, (ending) => {
        const range = { lines: seen === null ? lines : maxLines, ...(level && { level }) };
        const entries = llamactl.followLogs(name, { ...range, signal: ending.signal });
        const unseen = seen === null ? entries : entriesAfter(entries, seen);
        return createLogStream(unseen, { format, heartbeatMs, ending });
      }),
    );
  };
}

function formatFor(caller: Caller): LogFormat {
  const formats = [jsonLines, serverSentEvents];
  const wanted = caller.prefers(formats.map(({ contentType }) => contentType));
  return formats.find(({ contentType }) => contentType === wanted) ?? jsonLines;
}

/** The number to go on after; null for a fresh start, also when it is of a log that was since deleted. */
async function lastSeen(llamactl: Llamactl, name: string, { lastEventId }: Caller) {
  if (!/^\d{1,15}$/.test(lastEventId)) return null;
  const seen = Number(lastEventId);
  const [newest] = await llamactl.logs(name, { lines: 1 });
  return newest && newest.seq >= seen ? seen : null;
}

async function* entriesAfter(entries: AsyncIterable<LogEntry>, seq: number) {
  for await (const entry of entries) if (entry.seq > seq) yield entry;
}
