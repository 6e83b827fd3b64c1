/** The names that are nearest to a mistyped one, best first; none when none is near. */
export function nearest(given: string, names: readonly string[]): string[] {
  const limit = Math.max(2, Math.floor(given.length / 3));
  return names
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= limit && distance < name.length)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** A question to put behind a message about an unknown name; empty when no name is near. */
export function didYouMean(given: string, names: readonly string[], prefix = ''): string {
  const near = nearest(given, names).map((name) => prefix + name);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}

/** How many letters to insert, remove or replace to get from one word to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
