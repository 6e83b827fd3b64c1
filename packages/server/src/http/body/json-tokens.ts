/**
 * The tokens of a valid JSON text, one after the other: `{`, `}`, `[`, `]`, `,`, `:`, strings with their
 * quotes, numbers. `true`, `false`, `null` and white space are left out.
 */
export function* jsonTokens(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    const end = endOfToken(text, at);
    if (end > at) yield text.slice(at, end);
    at = Math.max(end, at + 1);
  }
}

function endOfToken(text: string, start: number): number {
  const char = text[start] ?? '';
  if (char === '"') return endOfString(text, start);
  if ('{}[],:'.includes(char)) return start + 1;
  let end = start;
  // An exponent can only stand inside of a number, never begin one: `e` of `true` is none.
  while (isNumberPart(text[end], end > start)) end += 1;
  return end;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isNumberPart(char: string | undefined, inside: boolean): boolean {
  if (char === undefined) return false;
  return (char >= '0' && char <= '9') || char === '-' || (inside && '.eE+'.includes(char));
}
