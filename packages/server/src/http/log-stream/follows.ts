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
  open(address: string, ending: AbortController, start: () => Readable): Readable;
  /** Ends all of them. */
  endAll(): void;
}

/** Log streams that one address may have open. */
const maxPerAddress = 10;

/** No streams yet. */
export function createFollows(): Follows {
  const open = new Map<string, Set<AbortController>>();
  return {
    open(address, ending, start) {
      const own = open.get(address) ?? new Set();
      if (own.size >= maxPerAddress) throw tooManyFollows();
      const stream = start();
      open.set(address, own.add(ending));
      stream.once('close', () => {
        own.delete(ending);
        if (own.size === 0 && open.get(address) === own) open.delete(address);
      });
      return stream;
    },
    endAll() {
      for (const own of open.values()) for (const ending of own) ending.abort();
    },
  };
}

function tooManyFollows(): LlamactlError {
  const message = `There are ${maxPerAddress} log streams open from this address already.`;
  return new LlamactlError('TOO_MANY_FOLLOWS', message, {
    details: 'Close one, or read the log without follow.',
  });
}
