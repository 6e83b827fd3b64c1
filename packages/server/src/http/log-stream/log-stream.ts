import { Readable } from 'node:stream';
import type { LogEntry } from '@llamactl/contract';
import type { LogFormat } from './log-format.js';

/** Settings of {@link createLogStream}. */
export interface LogStreamOptions {
  readonly format: LogFormat;
  /** Names the log that the entries are of. */
  readonly epoch: string;
  /** Time without a line after which a sign of life is sent, in milliseconds. */
  readonly heartbeatMs: number;
  /** Ends the following; aborted too when the stream is destroyed. */
  readonly ending: AbortController;
}

/**
 * Turns entries into bytes as fast as they are read, never faster: while the reader is slow, neither
 * entries nor signs of life pile up. When the entries end by themselves the end is said; a stream that was
 * ended through `ending` just stops, so that its reader may come back.
 */
export function createLogStream(
  entries: AsyncIterable<LogEntry>,
  { format, epoch, heartbeatMs, ending }: LogStreamOptions,
): Readable {
  let onWanted = () => {};
  let quiet = true;
  const beat = setInterval(() => {
    if (quiet && stream.readableLength === 0) stream.push(format.heartbeat);
    quiet = true;
  }, heartbeatMs);
  const stream = new Readable({
    read: () => onWanted(),
    destroy: (error, done) => {
      clearInterval(beat);
      ending.abort();
      onWanted();
      done(error);
    },
  });
  const untilWanted = () =>
    new Promise<void>((resolve) => {
      onWanted = resolve;
    });
  const pump = async () => {
    for await (const entry of entries) {
      if (stream.destroyed) return;
      quiet = false;
      if (!stream.push(format.formatEntry(entry, epoch))) await untilWanted();
    }
    clearInterval(beat);
    if (!ending.signal.aborted && format.end !== '') stream.push(format.end);
    stream.push(null);
  };
  pump().catch((error) => stream.destroy(error));
  return stream;
}
