import type { LogLevel } from '@llamactl/contract';
import type { Llamactl, LogPlace } from '@llamactl/core';
import type { Accounts } from '../../auth/accounts.js';
import { type Caller, StreamAnswer } from '../stream-answer.js';
import type { Follows } from './follows.js';
import { jsonLines, type LogFormat, serverSentEvents } from './log-format.js';
import { createLogStream } from './log-stream.js';

/** What log streams are made of. */
export interface LogFollowingOptions {
  readonly llamactl: Llamactl;
  readonly follows: Follows;
  /** null while authentication is off. */
  readonly accounts: Accounts | null;
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

/** Following of the logs of one core. */
export function createLogFollowing(options: LogFollowingOptions): LogFollowing {
  const { llamactl, follows, accounts, heartbeatMs } = options;
  return async (name, { lines = defaultLines, level }, caller) => {
    const format = formatFor(caller);
    const after = format === serverSentEvents ? placeOf(caller.lastEventId) : undefined;
    const ending = new AbortController();
    const { signal } = ending;
    const log = llamactl.followLogs(name, { lines, ...(level && { level }), after, signal });
    // One that is deleted in this moment has no lines either.
    const epoch = (await log.epoch()) ?? '';
    const start = () => {
      const stream = createLogStream(log, { format, epoch, heartbeatMs, ending });
      const unwatch = accounts?.watch(caller.credential, () => ending.abort());
      if (unwatch) stream.once('close', unwatch);
      return stream;
    };
    return new StreamAnswer(
      format.contentType,
      () => follows.open(caller.countedAs, ending, start),
      {
        'X-Log-Epoch': epoch,
      },
    );
  };
}

function formatFor(caller: Caller): LogFormat {
  const formats = [jsonLines, serverSentEvents];
  const wanted = caller.prefers(formats.map(({ contentType }) => contentType));
  return formats.find(({ contentType }) => contentType === wanted) ?? jsonLines;
}

/** The line to go on behind; undefined for what is no id of ours. */
function placeOf(lastEventId: string): LogPlace | undefined {
  const [, epoch, seq] = /^([\w-]{1,64}):(\d{1,15})$/.exec(lastEventId) ?? [];
  return epoch === undefined ? undefined : { epoch, seq: Number(seq) };
}
