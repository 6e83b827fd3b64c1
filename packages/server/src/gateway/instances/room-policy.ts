import type { RoomLimits } from './settings.js';

/**
 * What speaks against stopping an instance in favour of another: nothing for a `spare` one; for a `resting` one that
 * its last request has only just ended; a `leaving` one is on its way out; a `busy` one may be asked to let others
 * come before it and is `yielding` until its last request has ended; a `fixed` one stays: it is pinned, about to
 * come, or loads for somebody.
 */
export type Standing = 'spare' | 'resting' | 'leaving' | 'busy' | 'yielding' | 'fixed';

/** An instance that asks for room. */
export interface Newcomer {
  readonly group: string | null;
  /** Bytes that it takes, or is expected to; null when that is not known. */
  readonly memory: number | null;
}

/** One that has a process, or is about to. */
export interface Resident extends Newcomer {
  readonly standing: Standing;
  /** Whether it has not served long enough yet to be asked. */
  readonly hasTurn: boolean;
  /** When it was used last, on a clock that does not jump. */
  readonly usedAt: number;
}

/** What is to be done for a newcomer. */
export type Decision<R> =
  | { readonly kind: 'start' }
  /**
   * Room comes up once these are gone, or have nothing to do any more; nobody else is to take it. Of those that were
   * asked before, only who is among them is asked still.
   */
  | { readonly kind: 'clear'; readonly stop: readonly R[]; readonly ask: readonly R[] }
  /** No room can be made now. */
  | { readonly kind: 'wait' }
  /** There will never be enough. */
  | { readonly kind: 'refuse'; readonly budget: number; readonly needed: number };

/** A limit that a newcomer falls under. */
interface Limit<R> {
  readonly most: number;
  readonly members: readonly R[];
  readonly weigh: (instance: Newcomer) => number;
}

/**
 * Decides what is to be done so that a newcomer can start. What is not known to be less counts as the whole memory
 * budget. Nobody is stopped as long as that would not be enough.
 *
 * @param isLate - Whether the newcomer has waited so long that busy ones are to let it come before them.
 */
export function decide<R extends Resident>(
  newcomer: Newcomer,
  residents: readonly R[],
  limits: RoomLimits,
  isLate: boolean,
): Decision<R> {
  const { memoryBudget } = limits;
  if (memoryBudget !== null && newcomer.memory !== null && newcomer.memory > memoryBudget) {
    return { kind: 'refuse', budget: memoryBudget, needed: newcomer.memory };
  }
  const all = limitsOf(newcomer, residents, limits);
  const fitsWithout = (gone: readonly R[]) =>
    all.every(({ most, members, weigh }) => {
      const staying = members.filter((member) => !gone.includes(member));
      return staying.reduce((sum, member) => sum + weigh(member), weigh(newcomer)) <= most;
    });
  if (fitsWithout([])) return { kind: 'start' };

  const those = (...standings: readonly Standing[]) =>
    residents.filter(({ standing }) => standings.includes(standing));
  const fewest = (gone: readonly R[], candidates: readonly R[]) =>
    fewestToGo(candidates, (chosen) => fitsWithout([...gone, ...chosen]));
  const stop = fewest(those('leaving'), byUse(those('spare', 'resting')));
  if (stop?.every(({ standing }) => standing === 'spare')) return { kind: 'clear', stop, ask: [] };
  if (!isLate) return { kind: 'wait' };
  const ask =
    stop?.filter(({ standing }) => standing === 'resting') ??
    fewest(those('leaving', 'spare', 'resting'), [
      ...byUse(those('yielding')),
      ...byUse(those('busy').filter(isAskable)),
    ]);
  // The spare ones serve on until those that were asked are as free.
  return ask?.every(isAskable) ? { kind: 'clear', stop: [], ask } : { kind: 'wait' };
}

function isAskable({ hasTurn }: Resident): boolean {
  return !hasTurn;
}

function limitsOf<R extends Resident>(
  { group }: Newcomer,
  residents: readonly R[],
  { maxRunning, groups, memoryBudget }: RoomLimits,
): Limit<R>[] {
  const one = () => 1;
  const most = group !== null && Object.hasOwn(groups, group) ? groups[group]?.max_running : null;
  return [
    ...(maxRunning > 0 ? [{ most: maxRunning, members: residents, weigh: one }] : []),
    ...(most
      ? [{ most, members: residents.filter((other) => other.group === group), weigh: one }]
      : []),
    ...(memoryBudget === null
      ? []
      : [
          {
            most: memoryBudget,
            members: residents,
            weigh: ({ memory }: Newcomer) => memory ?? memoryBudget,
          },
        ]),
  ];
}

/** Those used least recently first. */
function byUse<R extends Resident>(residents: readonly R[]): R[] {
  return [...residents].sort((a, b) => a.usedAt - b.usedAt);
}

/** The first ones whose going is enough, and none of them in vain; null when all are not enough. */
function fewestToGo<R extends Resident>(
  candidates: readonly R[],
  isEnough: (chosen: readonly R[]) => boolean,
): R[] | null {
  const counts = [...candidates.keys(), candidates.length];
  const count = counts.find((length) => isEnough(candidates.slice(0, length)));
  if (count === undefined) return null;
  const first = candidates.slice(0, count);
  return first.reduceRight<R[]>((kept, one) => {
    const others = kept.filter((other) => other !== one);
    return isEnough(others) ? others : kept;
  }, first);
}
