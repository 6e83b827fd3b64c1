/** Lets a number of tasks go on at the same time; the others wait, in the order they came. */
export type Turnstile = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** A turnstile with so many places. */
export function createTurnstile(places: number): Turnstile {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      // A place that is handed on is not free in between.
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
