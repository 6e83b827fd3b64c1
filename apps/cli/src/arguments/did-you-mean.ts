import { nearestNames } from '@llamactl/client';

/** A question to put behind a message about an unknown name; empty when no name is near. */
export function didYouMean(given: string, names: readonly string[], prefix = ''): string {
  const near = nearestNames(given, names).map((name) => prefix + name);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}
