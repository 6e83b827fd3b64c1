/**
 * What a source gives, and the last of it again whenever nothing has followed it for a time. When the loop is
 * left, the source is told, but not waited for: what it waits for itself has to be ended by its signal.
 */
export async function* repeatWhenQuiet<T>(
  source: AsyncIterable<T>,
  quietMs: number,
): AsyncGenerator<T, void, undefined> {
  let last: { readonly value: T } | null = null;
  for await (const given of withQuiet(source, quietMs)) {
    if (given !== null) last = given;
    if (last !== null) yield last.value;
  }
}

/** What a source gives, and null whenever nothing has followed for a time; left in the same way. */
export async function* withQuiet<T>(
  source: AsyncIterable<T>,
  quietMs: number,
): AsyncGenerator<{ readonly value: T } | null, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const result = await within(next, quietMs);
      if (result?.done) return;
      yield result;
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
