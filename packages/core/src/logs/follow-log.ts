import { type LogEntry, onAbort } from '@llamactl/contract';
import type { FollowedLog, FollowOptions } from '../llamactl.js';
import { FollowQueue } from './follow-queue.js';
import type { InstanceLog, LogPlace } from './instance-log.js';
import { rankOf } from './level-order.js';
import type { RingBounds } from './ring.js';

type LogSource = Pick<InstanceLog, 'read' | 'place' | 'onEntry' | 'onClose' | 'isClosed'>;

/** As many lines as are given again to a reader that comes back. */
const mostMissed = 10_000;

/**
 * The newest lines of a log, then each new one, until the log is closed or the signal aborts. Each
 * iteration follows for itself, from its first `next` on. `return` ends it even while `next` waits.
 */
export function followLog(
  log: LogSource,
  options: FollowOptions = {},
  bounds?: RingBounds,
): FollowedLog {
  return {
    epoch: async () => (await log.place())?.epoch ?? null,
    [Symbol.asyncIterator]: () => new LogFollow(log, options, bounds),
  };
}

type Result = IteratorResult<LogEntry, undefined>;

interface Waiting {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const done: Result = { done: true, value: undefined };

class LogFollow implements AsyncIterator<LogEntry, undefined> {
  readonly #log: LogSource;
  readonly #options: FollowOptions;
  readonly #queue: FollowQueue;
  readonly #waiting: Waiting[] = [];
  readonly #cleanUps: Array<() => void> = [];
  /** The lines to begin with; null while they are read. */
  #first: LogEntry[] | null = null;
  /** Number of the last entry that was given. */
  #seq = 0;
  #state: 'new' | 'open' | 'closing' | 'ended' = 'new';

  constructor(log: LogSource, options: FollowOptions, bounds?: RingBounds) {
    this.#log = log;
    this.#options = options;
    this.#queue = new FollowQueue(bounds);
  }

  next(): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#state === 'new') this.#begin();
      this.#serve();
    });
  }

  async return(): Promise<Result> {
    this.#end();
    return done;
  }

  #begin(): void {
    const { lines = 0, level = 'debug', after, signal } = this.#options;
    this.#state = 'open';
    if (signal?.aborted || this.#log.isClosed) {
      this.#end();
      return;
    }
    if (signal) this.#cleanUps.push(onAbort(signal, () => this.#end()));
    this.#cleanUps.push(
      this.#log.onClose(() => this.#close()),
      this.#log.onEntry((entry) => {
        if (rankOf(entry.level) < rankOf(level)) return;
        this.#queue.push(entry);
        this.#serve();
      }),
    );
    if (lines === 0 && after === undefined) this.#first = [];
    else void this.#readFirst();
  }

  /** What comes meanwhile is queued, and left out where it was read too. */
  async #readFirst(): Promise<void> {
    const { after } = this.#options;
    try {
      const first = await (after ? this.#readBehind(after) : this.#readNewest());
      if (this.#state === 'ended') return;
      this.#first = first;
      this.#serve();
    } catch (error) {
      this.#waiting.shift()?.reject(error);
      this.#end();
    }
  }

  /** What came after a line, if that is of this log. */
  async #readBehind(after: LogPlace): Promise<LogEntry[]> {
    const place = await this.#log.place();
    if (place?.epoch !== after.epoch || place.seq < after.seq) return this.#readNewest();
    const newest = await this.#log.read(mostMissed, this.#options.level);
    return newest.filter(({ seq }) => seq > after.seq);
  }

  async #readNewest(): Promise<LogEntry[]> {
    const { lines = 0, level } = this.#options;
    return lines === 0 ? [] : this.#log.read(lines, level);
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const entry = this.#take();
      if (entry) this.#waiting.shift()?.resolve({ done: false, value: entry });
      else if (this.#state === 'closing' && this.#first !== null) this.#end();
      else if (this.#state === 'ended') this.#waiting.shift()?.resolve(done);
      else return;
    }
  }

  #take(): LogEntry | undefined {
    if (this.#state === 'ended' || this.#first === null) return undefined;
    const entry = this.#first.shift() ?? this.#queue.take(this.#seq);
    if (entry) this.#seq = entry.seq;
    return entry;
  }

  /** No more will come; what is here is still given. */
  #close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#serve();
  }

  #end(): void {
    this.#state = 'ended';
    for (const cleanUp of this.#cleanUps.splice(0)) cleanUp();
    this.#first = null;
    this.#serve();
  }
}
