/**
 * A text that a terminal can be given: control characters, with which a log line or a path could
 * move the cursor or change colours, are shown as `\x1b`.
 */
export function printable(text: string): string {
  return text.replace(
    /\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
