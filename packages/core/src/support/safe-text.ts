/*
 * Written without literal control characters: \p{Cc} are U+0000 to U+001F and U+007F to U+009F, \p{Cs}
 * the halves of surrogate pairs that stand alone.
 */
const unsafe = /[^\P{Cc}\t\n]|\p{Cs}/u;
const everyUnsafe = new RegExp(unsafe.source, 'gu');

const esc = '\u001b';
const bell = '\u0007';
const terminalSequences = new RegExp(
  [
    // Colours, cursor movements: ESC [ or its one-character form.
    `(?:${esc}\\[|\u009b)[0-?]*[ -/]*[@-~]`,
    // Titles, links, device strings: up to BEL or ESC \.
    `${esc}[\\]P^_X][^${bell}${esc}]*(?:${bell}|${esc}\\\\)`,
    // Any other.
    `${esc}[ -/]*[0-~]`,
  ].join('|'),
  'g',
);

/**
 * Makes text that a program wrote safe to show: terminal sequences are removed, any other control
 * character but tab and line feed is replaced by U+FFFD, and so are lone surrogates.
 */
export function safeText(text: string): string {
  if (!unsafe.test(text)) return text;
  return text.replace(terminalSequences, '').replace(everyUnsafe, '\uFFFD');
}
