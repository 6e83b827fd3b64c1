import { readBootId } from './identity.js';
import { readMarker } from './marker.js';
import { isDead, listProcesses, type ProcessInfo } from './process-table.js';
import type { ProcessIdentity, Run } from './run.js';

/** The parts of a run that tell which processes are its own. */
export type RunMark = Pick<Run, 'identity' | 'shim' | 'guard' | 'token'>;

/** The living processes of a run. */
export interface RunProcesses {
  /** The backend and whatever it started. */
  readonly members: readonly ProcessInfo[];
  /** The shim and the guard; they end by themselves after the members. */
  readonly helpers: readonly ProcessInfo[];
}

/** Finds the processes of one run, again and again. */
export interface RunTree {
  /**
   * @param table - All processes, to share one look at them. Default: looks now.
   * @throws Error of the system when it has no descriptor, process or memory left to look; what was found
   *   before stays.
   */
  scan(table?: readonly ProcessInfo[]): RunProcesses;
}

/**
 * Makes a {@link RunTree}: the run's process group, its session, all descendants, and (on Linux) whoever
 * has its token in the environment. A process once found stays found, also after its parent has gone.
 *
 * @param options.environment - Whether to look at environments, which finds those that left the session
 *   after their parent had gone. Default: true.
 */
export function createRunTree(run: RunMark, { environment = true } = {}): RunTree {
  let members = new KnownProcesses([]);
  let strangers = new KnownProcesses([]);
  const isMarked = (entry: ProcessInfo) => {
    if (!environment || strangers.has(entry)) return false;
    return readMarker(entry.pid)?.token === run.token;
  };
  return {
    scan(table = listProcesses()) {
      if (run.identity.bootId !== readBootId()) return { members: [], helpers: [] };
      const { living, children } = indexOf(table);
      const helpers = living.filter((entry) => isHelper(entry, run, living));
      const inGroup = groupTest(run, table);
      const found = withDescendants({ living, children }, helpers, (entry) => {
        return (
          isOne(entry, run.identity) || inGroup(entry) || members.has(entry) || isMarked(entry)
        );
      });
      members = new KnownProcesses(found);
      // Nobody gets the token later: it comes with the birth from one who has it.
      if (environment) strangers = new KnownProcesses(living.filter((one) => !members.has(one)));
      return { members: found.filter((entry) => !helpers.includes(entry)), helpers };
    },
  };
}

/** Processes, each told from later ones with the same pid. */
class KnownProcesses {
  readonly #startedTicks: ReadonlyMap<number, string>;

  constructor(entries: readonly ProcessInfo[]) {
    this.#startedTicks = new Map(entries.map(({ pid, startedTicks }) => [pid, startedTicks]));
  }

  has({ pid, startedTicks }: ProcessInfo): boolean {
    return this.#startedTicks.get(pid) === startedTicks;
  }
}

/** Whether a process is in the run's group or session, as far as that id is still the run's. */
function groupTest(run: RunMark, table: readonly ProcessInfo[]): (entry: ProcessInfo) => boolean {
  // Group 0 is that of kernel threads and of processes outside of a container.
  if (run.shim.pid <= 1) return () => false;
  const leader = table.find((entry) => entry.pid === run.shim.pid);
  // An id stays taken while its group has members, but once the group was empty it may be another's.
  const ours =
    leader === undefined
      ? process.platform !== 'linux' || table.some((entry) => isOne(entry, run.identity))
      : leader.startedTicks === run.shim.startedTicks;
  return (entry) => ours && (entry.pgid === run.shim.pid || entry.session === run.shim.pid);
}

function isHelper(entry: ProcessInfo, run: RunMark, living: readonly ProcessInfo[]): boolean {
  if (isOne(entry, run.shim) || isOne(entry, run.guard)) return true;
  // What the guard starts while it ends a run.
  return entry.ppid === run.guard?.pid && living.some((other) => isOne(other, run.guard));
}

/** A look at all processes in the order that a tree needs it. */
interface TableIndex {
  readonly living: readonly ProcessInfo[];
  readonly children: ReadonlyMap<number, readonly ProcessInfo[]>;
}

/** Made once for all runs that share a look. */
const indexes = new WeakMap<readonly ProcessInfo[], TableIndex>();

function indexOf(table: readonly ProcessInfo[]): TableIndex {
  const known = indexes.get(table);
  if (known !== undefined) return known;
  const living = table.filter((entry) => !isDead(entry) && entry.pid !== process.pid);
  const index = { living, children: groupByParent(living) };
  indexes.set(table, index);
  return index;
}

function withDescendants(
  { living, children }: TableIndex,
  helpers: readonly ProcessInfo[],
  isRoot: (entry: ProcessInfo) => boolean,
): ProcessInfo[] {
  const found = new Set([...helpers, ...living.filter(isRoot)]);
  for (const entry of found) {
    for (const child of children.get(entry.pid) ?? []) found.add(child);
  }
  return [...found];
}

function groupByParent(living: readonly ProcessInfo[]): Map<number, ProcessInfo[]> {
  const groups = new Map<number, ProcessInfo[]>();
  for (const entry of living) {
    const siblings = groups.get(entry.ppid);
    if (siblings === undefined) groups.set(entry.ppid, [entry]);
    else siblings.push(entry);
  }
  return groups;
}

function isOne(entry: ProcessInfo, identity: ProcessIdentity | null): boolean {
  return entry.pid === identity?.pid && entry.startedTicks === identity.startedTicks;
}

/** Tells a process from a later one with the same pid. */
export function keyOf({ pid, startedTicks }: ProcessInfo): string {
  return `${pid} ${startedTicks}`;
}
