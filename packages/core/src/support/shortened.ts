/** What a message shows of a name that someone made up. */
const shownLength = 80;

/**
 * A text of the caller as messages show it: whoever sends a megabyte does not get it back.
 * @param most - Characters at most. Default: 80.
 */
export function shortened(text: string, most = shownLength): string {
  // Half a surrogate pair at the cut would be no text.
  return text.length > most ? `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}
