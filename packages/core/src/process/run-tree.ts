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
  let members = new Set<string>();
  let strangers = new Set<string>();
  const isMarked = (entry: ProcessInfo) => {
    if (!environment || strangers.has(keyOf(entry))) return false;
    return readMarker(entry.pid)?.token === run.token;
  };
  return {
    scan(table = listProcesses()) {
      if (run.identity.bootId !== readBootId()) return { members: [], helpers: [] };
      const living = table.filter((entry) => !isDead(entry) && entry.pid !== process.pid);
      const helpers = living.filter((entry) => isHelper(entry, run, living));
      const inGroup = groupTest(run, table);
      const found = withDescendants(living, helpers, (entry) => {
        return (
          members.has(keyOf(entry)) ||
          isOne(entry, run.identity) ||
          inGroup(entry) ||
          isMarked(entry)
        );
      });
      members = new Set(found.map(keyOf));
      // Nobody gets the token later: it comes with the birth from one who has it.
      strangers = new Set(living.map(keyOf).filter((key) => !members.has(key)));
      return { members: found.filter((entry) => !helpers.includes(entry)), helpers };
    },
  };
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

function withDescendants(
  living: readonly ProcessInfo[],
  helpers: readonly ProcessInfo[],
  isRoot: (entry: ProcessInfo) => boolean,
): ProcessInfo[] {
  const found = new Set([...helpers, ...living.filter(isRoot)]);
  const children = groupByParent(living);
  for (const entry of found) {
    for (const child of children.get(entry.pid) ?? []) found.add(child);
  }
  return [...found];
}

function groupByParent(living: readonly ProcessInfo[]): Map<number, ProcessInfo[]> {
  const groups = new Map<number, ProcessInfo[]>();
  for (const entry of living) groups.set(entry.ppid, [...(groups.get(entry.ppid) ?? []), entry]);
  return groups;
}

function isOne(entry: ProcessInfo, identity: ProcessIdentity | null): boolean {
  return entry.pid === identity?.pid && entry.startedTicks === identity.startedTicks;
}

/** Tells a process from a later one with the same pid. */
export function keyOf({ pid, startedTicks }: ProcessInfo): string {
  return `${pid} ${startedTicks}`;
}
