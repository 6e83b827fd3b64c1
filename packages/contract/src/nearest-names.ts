/**
 * The names that were most likely meant, nearest first: those within a third of the word's length of
 * edits, and those that begin or end with the word.
 * @param max - How many at most. Default 3.
 * @example
 * ```ts
 * import { nearestNames } from '@llamactl/client';
 *
 * const names = (await client.listInstances()).map(({ name }) => name);
 * console.log(`Did you mean ${nearestNames('chta', names).join(' or ')}?`);
 * ```
 */
export function nearestNames(word: string, candidates: Iterable<string>, max = 3): string[] {
  const wanted = word.slice(0, longestWord).toLowerCase();
  const furthest = Math.max(1, Math.floor(wanted.length / 3));
  return [...new Set(candidates)]
    .map((name) => ({ name, distance: distanceBetween(wanted, name.toLowerCase(), furthest) }))
    .filter(({ distance }) => distance <= furthest)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, max)
    .map(({ name }) => name);
}

/** Nobody mistypes a longer name; what comes from outside must not cost more than this. */
const longestWord = 64;

/** Shorter words are part of too many names to say anything. */
const shortestPart = 4;

function distanceBetween(word: string, name: string, furthest: number): number {
  const isPart = word.length >= shortestPart && (name.startsWith(word) || name.endsWith(word));
  if (isPart) return Math.min(furthest, Math.abs(name.length - word.length));
  if (Math.abs(name.length - word.length) > furthest) return Number.POSITIVE_INFINITY;
  return editDistance(word, name);
}

/** Edits from one word to the other: letters added, left out, replaced, or two neighbours swapped. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
