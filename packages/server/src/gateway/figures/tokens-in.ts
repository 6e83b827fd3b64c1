/** What an answer says about itself; null for what it does not say. */
export interface TokenFigures {
  /** Tokens of the prompt, those that were still known included. */
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  /** Speed at which those were generated, as the backend measured it. */
  readonly tokensPerSecond: number | null;
}

/**
 * Reads what a backend tells of its work, out of the end of its answer or, for Anthropic's streams, vectors and orders, its
 * begin. No text that was generated can look like that, as its quotes would be escaped.
 */
export function tokensIn(begin: string, end: string): TokenFigures {
  const timings = after(end, '"timings":{', '}');
  const usage = after(end, '"usage":{', null);
  const promptOf = (text: string) =>
    sum(field(text, '(?:prompt|input)_tokens'), field(text, 'cache_read_input_tokens'));
  const fromTimings = sum(field(timings, 'prompt_n'), field(timings, 'cache_n'));
  const tokensOut = field(timings, 'predicted_n') ?? field(usage, '(?:completion|output)_tokens');
  return {
    tokensIn: fromTimings ?? promptOf(usage) ?? promptOf(after(begin, '"usage":{', null)),
    tokensOut,
    // The time of one token is not measured: it comes with the prompt.
    tokensPerSecond: (tokensOut ?? 0) > 1 ? field(timings, 'predicted_per_second') : null,
  };
}

/** What follows the last mark, up to an end; empty without a mark. */
function after(text: string, mark: string, end: string | null): string {
  const at = text.lastIndexOf(mark);
  if (at < 0) return '';
  const rest = text.slice(at + mark.length);
  return end === null ? rest : rest.slice(0, rest.indexOf(end));
}

function field(text: string, name: string): number | null {
  const value = new RegExp(`"${name}":(\\d+(?:\\.\\d+)?)`).exec(text)?.[1];
  return value === undefined ? null : Number(value);
}

function sum(whole: number | null, more: number | null): number | null {
  return whole === null ? null : whole + (more ?? 0);
}
