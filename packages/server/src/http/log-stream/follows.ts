import type { Readable } from 'node:stream';
import { LlamactlError } from '@llamactl/contract';

/** The log streams of a server that are open now. */
export interface Follows {
  /**
   * Counts a stream until it is closed.
   *
   * @param ending - ends the stream
   * @param start - makes the stream
   * @throws LlamactlError TOO_MANY_FOLLOWS
   */
  open(who: string, ending: AbortController, start: () => Readable): Readable;
  /** Ends all of them. */
  endAll(): void;
}

/** Log streams that one credential or address may have open. */
const maxPerCaller = 10;

/** No streams yet. */
export function createFollows(): Follows {
  const open = new Map<string, Set<AbortController>>();
  return {
    open(who, ending, start) {
      const own = open.get(who) ?? new Set();
      if (own.size >= maxPerCaller) throw tooManyFollows();
      const stream = start();
      open.set(who, own.add(ending));
      stream.once('close', () => {
        own.delete(ending);
        if (own.size === 0 && open.get(who) === own) open.delete(who);
      });
      return stream;
    },
    endAll() {
      for (const own of open.values()) for (const ending of own) ending.abort();
    },
  };
}

function tooManyFollows(): LlamactlError {
  const message = `There are ${maxPerCaller} log streams open from this client already.`;
  return new LlamactlError('TOO_MANY_FOLLOWS', message, {
    details: 'Close one, or read the log without follow.',
  });
}
