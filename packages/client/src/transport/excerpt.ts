const longestCharacters = 200;

/** The beginning of an answer on one line, to be put at the end of a message. */
export function excerpt(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '') return ': the answer is empty.';
  return line.length <= longestCharacters ? `: ${line}` : `: ${line.slice(0, longestCharacters)}…`;
}
