import { type LogEntry, type LogQuery, logEntrySchema } from '@llamactl/contract';
import { ApiError } from '../errors/api-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import { operationPath } from '../operation-path.js';
import { type ReconnectOptions, Reconnects } from '../reconnect/reconnects.js';
import { fit } from '../transport/fit.js';
import type { HttpStream, OpenHttpStream } from '../transport/http-stream.js';
import { misfit, notJson } from '../transport/misfit.js';
import { parseJson } from '../transport/parse-json.js';
import { readLines } from '../transport/read-lines.js';

/**
 * How to follow a log.
 *
 * @example
 * ```ts
 * import type { FollowLogsOptions } from '@llamactl/client';
 *
 * const options: FollowLogsOptions = { lines: 1, level: 'warn', signal: AbortSignal.timeout(60_000) };
 * for await (const { message } of client.followLogs('chat', options)) console.warn(message);
 * ```
 */
export interface FollowLogsOptions extends ReconnectOptions {
  /** Number of lines to begin with, the newest ones, from 1 to 10 000. Default: 100. */
  readonly lines?: LogQuery['lines'];
  /** The least serious level to give. Default: all. */
  readonly level?: LogQuery['level'];
  /** Ends it, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** What a log is followed with. */
export interface LogSource {
  readonly open: OpenHttpStream;
  /** Time without a byte after which a connection counts as dead, in milliseconds. */
  readonly silenceMs: number;
  readonly random?: () => number;
}

/** The last line that was given. */
interface LastLine {
  readonly entry: LogEntry;
  /** Names the log that it is of; null where the server, or a proxy, does not say. */
  readonly epoch: string | null;
}

const contentType = 'application/x-ndjson';
const epochHeader = 'x-log-epoch';
/** Lines to ask for after a break, so that none is missed: as many as the server gives at once. */
const mostLines = 10_000;

/** The newest lines of a log, then each new one, over broken connections, until the instance is deleted. */
export async function* followLogs(
  source: LogSource,
  name: string,
  options: FollowLogsOptions,
): AsyncGenerator<LogEntry, void, undefined> {
  const { signal = new AbortController().signal } = options;
  const reconnects = new Reconnects(options, source.random);
  const reading = new LogReading(source, name, options);
  while (!signal.aborted) {
    try {
      yield* reading.connect(signal, () => reconnects.noteOpen());
    } catch (error) {
      if (signal.aborted) return;
      if (reconnects.wasEverOpen && ApiError.is(error, 'INSTANCE_NOT_FOUND')) return;
      await reconnects.pauseAfter(error, signal);
    }
  }
}

/** A log that is read over one connection after the other. */
class LogReading {
  readonly #source: LogSource;
  readonly #name: string;
  readonly #options: FollowLogsOptions;
  #last: LastLine | null = null;
  /** Whether the last connection ended in good order, and nothing came since. */
  #hasEnded = false;

  constructor(source: LogSource, name: string, options: FollowLogsOptions) {
    this.#source = source;
    this.#name = name;
    this.#options = options;
  }

  /** What came since the last connection, and what comes; to be called again when it is over. */
  async *connect(
    signal: AbortSignal,
    onOpen: () => void,
  ): AsyncGenerator<LogEntry, void, undefined> {
    const { lines, level } = this.#options;
    const query = { follow: true, lines: this.#last === null ? lines : mostLines, level };
    const path = operationPath('getInstanceLogs', { name: this.#name, query });
    const stream = await openLog(this.#source, path, signal);
    onOpen();
    const epoch = stream.headers.get(epochHeader);
    for await (const line of readLines(stream, this.#source.silenceMs, signal)) {
      const entry = entryOf(line, stream);
      if (isRepeat(entry, epoch, this.#last)) continue;
      this.#last = { entry, epoch };
      this.#hasEnded = false;
      yield entry;
    }
    // The instance was deleted, or the server stops: connecting once more tells which.
    if (this.#hasEnded && !signal.aborted) throw ended(stream);
    this.#hasEnded = true;
  }
}

/** Numbers go on over rotations and restarts; a new instance of that name begins at 1, in another log. */
function isRepeat(entry: LogEntry, epoch: string | null, last: LastLine | null): boolean {
  if (last === null || entry.seq > last.entry.seq) return false;
  if (epoch !== null && last.epoch !== null) return epoch === last.epoch;
  // Without names of logs, a new one is told by its later times.
  return Date.parse(entry.timestamp) <= Date.parse(last.entry.timestamp);
}

async function openLog(source: LogSource, path: string, signal: AbortSignal): Promise<HttpStream> {
  const stream = await source.open(path, contentType, signal);
  const { url, status, headers, cancel } = stream;
  const type = headers.get('content-type') ?? 'no type';
  if (type.startsWith(contentType)) return stream;
  cancel();
  throw new ProtocolError(`${url} answered with ${type}, not with ${contentType}.`, {
    details: 'Is a proxy in between, or is the server of an older version?',
    status,
    issues: [],
  });
}

function entryOf(line: string, { url, status, redact }: HttpStream): LogEntry {
  const value = parseJson(line);
  if (value === undefined)
    throw notJson(`${url} sent a line that is no JSON`, redact(line), status);
  const parsed = fit(logEntrySchema, value);
  if (parsed.success) return parsed.data;
  throw misfit(`${url} sent a line that is no log entry`, parsed.error, value, status);
}

function ended({ url }: HttpStream): ConnectionError {
  return new ConnectionError(`${url} ended, and ended again without a new line.`, {
    details: 'The server may be stopping, or a proxy may not let answers last.',
    url,
    systemCode: null,
  });
}
