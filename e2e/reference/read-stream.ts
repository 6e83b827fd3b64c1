/** What a stream of JSON lines gave. */
export interface StreamedLines {
  readonly status: number;
  readonly lines: readonly unknown[];
}

/**
 * Reads the lines that a stream begins with, makes another one come, reads that, and leaves.
 *
 * @param provoke - Makes a line come.
 * @throws Error when the stream ends by itself, or at the deadline of 30 s
 */
export async function readStream(
  url: string,
  beginning: number,
  provoke: () => Promise<void>,
): Promise<StreamedLines> {
  const leave = new AbortController();
  const signal = AbortSignal.any([leave.signal, AbortSignal.timeout(30_000)]);
  const response = await fetch(url, { signal });
  const lines: unknown[] = [];
  try {
    for await (const line of linesOf(response)) {
      lines.push(JSON.parse(line));
      if (lines.length === beginning) await provoke();
      if (lines.length > beginning) return { status: response.status, lines };
    }
  } finally {
    leave.abort();
  }
  throw new Error(`the stream ended after ${lines.length} lines with status ${response.status}`);
}

/** Lines with something in them; an empty one is a sign of life. */
async function* linesOf({ body }: Response): AsyncGenerator<string> {
  let rest = '';
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
}
