import type { LogLevel } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import { type Caller, StreamAnswer } from '../stream-answer.js';
import type { Follows } from './follows.js';
import { jsonLines, serverSentEvents } from './log-format.js';
import { createLogStream } from './log-stream.js';

/** What log streams are made of. */
export interface LogFollowingOptions {
  readonly llamactl: Llamactl;
  readonly follows: Follows;
  readonly heartbeatMs: number;
}

/**
 * Answers with the newest lines of a log (100 unless told) and what comes after them.
 *
 * @throws LlamactlError INSTANCE_NOT_FOUND; TOO_MANY_FOLLOWS when the stream is opened
 */
export type LogFollowing = (name: string, range: LogRange, caller: Caller) => StreamAnswer;

/** Which lines to begin with, and which to leave out. */
export interface LogRange {
  readonly lines?: number | undefined;
  readonly level?: LogLevel | undefined;
}

const defaultLines = 100;

/** Following of the logs of one core. */
export function createLogFollowing({
  llamactl,
  follows,
  heartbeatMs,
}: LogFollowingOptions): LogFollowing {
  return (name, { lines = defaultLines, level }, caller) => {
    // Said before the stream begins, as an answer of its own.
    llamactl.get(name);
    const formats = [jsonLines, serverSentEvents];
    const wanted = caller.prefers(formats.map(({ contentType }) => contentType));
    const format = formats.find(({ contentType }) => contentType === wanted) ?? jsonLines;
    return new StreamAnswer(format.contentType, () =>
      follows.open(caller.address, (ending) => {
        const { signal } = ending;
        const entries = llamactl.followLogs(name, { lines, ...(level && { level }), signal });
        return createLogStream(entries, { format, heartbeatMs, ending });
      }),
    );
  };
}
