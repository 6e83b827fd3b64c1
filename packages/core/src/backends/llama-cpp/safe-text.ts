const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal codes are made of them
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/**
 * Text of a program made safe to show: terminal codes are dropped, other control characters and halves of
 * surrogate pairs become U+FFFD. Tabs and line breaks stay.
 */
export function safeText(text: string): string {
  return text
    .replace(escapes, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\t\n]|\p{Cs}/gu, '\ufffd');
}
