/**
 * What a source gives, and the last of it again whenever nothing has followed it for a time. When the loop is
 * left, the source is told, but not waited for: what it waits for itself has to be ended by its signal.
 */
export async function* repeatWhenQuiet<T>(
  source: AsyncIterable<T>,
  quietMs: number,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let last: { readonly value: T } | null = null;
  let next = iterator.next();
  try {
    for (;;) {
      const result = await within(next, quietMs);
      if (result?.done) return;
      if (result !== null) last = { value: result.value };
      if (last !== null) yield last.value;
      if (result !== null) next = iterator.next();
    }
  } finally {
    next.catch(() => {});
    iterator.return?.().catch(() => {});
  }
}

/** What a promise resolves to; null when it has not by then. */
async function within<T>(promise: Promise<T>, timeMs: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, timeMs, null);
  });
  return await Promise.race([promise, over]).finally(() => clearTimeout(timer));
}
