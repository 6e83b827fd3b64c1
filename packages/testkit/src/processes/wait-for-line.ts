import type { OutputCollector } from './output-collector.js';

/** What can end the waiting, and how to tell about it. */
export interface LineWait {
  readonly collectors: readonly OutputCollector[];
  readonly pattern: RegExp;
  readonly timeoutMs: number;
  /** Settles when no more lines will come. */
  readonly ended: Promise<unknown>;
  /** The error for the given reason. */
  readonly failure: (reason: string) => Error;
}

/** Resolves with the match of the first line that matches, among those so far and those to come. */
export async function waitForLine(wait: LineWait): Promise<RegExpMatchArray> {
  const { collectors, pattern, timeoutMs, ended, failure } = wait;
  const searches = collectors.map((collector) => searchFrom(collector, pattern));
  const stop = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      const search = () => {
        try {
          const match = searches.map((next) => next()).find((found) => found !== undefined);
          if (match) resolve(match);
        } catch (error) {
          reject(error); // a pattern can be too much for a long line
        }
      };
      for (const collector of collectors) collector.on('change', search);
      stop.signal.addEventListener('abort', () => {
        for (const collector of collectors) collector.off('change', search);
      });
      const timer = setTimeout(() => reject(failure(`within ${timeoutMs} ms`)), timeoutMs);
      stop.signal.addEventListener('abort', () => clearTimeout(timer));
      ended.then(() => {
        search();
        reject(failure('before its end'));
      });
      search();
    });
  } finally {
    stop.abort();
  }
}

function searchFrom(
  collector: OutputCollector,
  pattern: RegExp,
): () => RegExpMatchArray | undefined {
  let position = 0;
  return () => {
    const { lines, next } = collector.linesFrom(position);
    position = next;
    for (const line of lines) {
      const match = line.match(pattern);
      if (match) return match;
    }
    return undefined;
  };
}
