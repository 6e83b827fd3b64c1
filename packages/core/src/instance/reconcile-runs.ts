import { rm } from 'node:fs/promises';
import type { InstanceDefinition } from '@llamactl/contract';
import { readSocketTable } from '../ports/listening-socket.js';
import { endStrays } from '../process/end-strays.js';
import { isSameProcess, readBootId } from '../process/identity.js';
import { listProcesses } from '../process/process-table.js';
import type { Run } from '../process/run.js';
import { readReadyMark, readStopMark, type StopMark } from '../process/run-marks.js';
import { createRunTree } from '../process/run-tree.js';
import { stopRun } from '../process/stop-run.js';
import type { InstancePast } from '../storage/past-store.js';
import { findRuns, type LeftRun } from './find-runs.js';
import type { InstanceContext } from './instance-context.js';
import { keepPast } from './keep-past.js';
import { ownsPort } from './owns-port.js';
import type { RunFacts } from './run-facts.js';

/** A run of an earlier manager, to be taken over; it may be over by now. */
export interface FoundRun {
  readonly run: Run;
  readonly facts: RunFacts;
  /** When it was ready; null when it was not. */
  readonly readyAt: Date | null;
  /** How it is being stopped; null when it is not. */
  readonly stop: StopMark | null;
  readonly isAlive: boolean;
  /** Whether it answered healthy just now. */
  readonly isHealthy: boolean;
}

/** What is known of instances: both by name in lower case. */
export interface KnownInstances {
  readonly definitions: ReadonlyMap<string, InstanceDefinition>;
  readonly pasts: ReadonlyMap<string, InstancePast>;
}

/** What earlier managers left, by the name of the instance in lower case. */
export interface Reconciled {
  readonly runs: ReadonlyMap<string, FoundRun>;
  readonly pasts: ReadonlyMap<string, InstancePast>;
}

/** Longest wait for the answer of a run that is found; one that does not answer is looked at again. */
const probeTimeoutMs = 1_000;

/**
 * Settles what earlier managers of this data folder left, before anything is started: of each instance
 * the newest run is kept to be taken over, and every other process that was started from this folder is
 * ended. Runs from before a reboot are closed.
 */
export async function reconcileRuns(
  context: InstanceContext,
  known: KnownInstances,
): Promise<Reconciled> {
  const { owner, runsDir } = context;
  if (owner === null) return { runs: new Map(), pasts: known.pasts };
  const found = await findRuns(runsDir);
  const wanted = newestRuns(found.runs, context, known);
  const others = found.runs.filter((left) => !wanted.includes(left));
  await Promise.all(others.map((left) => endLeftRun(context, left)));
  const current = wanted.filter(({ run }) => run.identity.bootId === readBootId());
  await endOtherProcesses(context, owner, new Set(current.map(({ run }) => run.token)));
  await Promise.all(found.emptyDirs.map((dir) => rm(dir, { recursive: true, force: true })));
  const pasts = new Map(known.pasts);
  for (const left of wanted.filter((each) => !current.includes(each))) {
    pasts.set(keyOf(left.run), await closeAfterReboot(context, left));
  }
  const runs = await Promise.all(current.map((left) => lookAt(context, left)));
  return { runs: new Map(onlyOwners(runs).map((each) => [keyOf(each.run), each])), pasts };
}

/** Of each instance the newest run whose end is not known yet. */
function newestRuns(
  left: readonly LeftRun[],
  { backends }: InstanceContext,
  { definitions, pasts }: KnownInstances,
): LeftRun[] {
  const newest = new Map<string, LeftRun>();
  for (const each of left) {
    const { facts } = each;
    const key = keyOf(each.run);
    if (facts === null || !definitions.has(key)) continue;
    if (!Object.hasOwn(backends, facts.definition.backend)) continue;
    const known = newest.get(key)?.facts?.generation ?? pasts.get(key)?.generation ?? 0;
    if (facts.generation > known) newest.set(key, each);
  }
  return [...newest.values()];
}

async function endLeftRun({ onWarning }: InstanceContext, { run }: LeftRun): Promise<void> {
  try {
    await stopRun(run, { force: true, timeoutMs: 0 });
    await rm(run.runDir, { recursive: true, force: true });
  } catch (error) {
    onWarning(`A process that an earlier run of "${run.instance}" left could not be ended`, error);
  }
}

async function endOtherProcesses(
  { onWarning }: InstanceContext,
  owner: string,
  known: ReadonlySet<string>,
): Promise<void> {
  const left = await endStrays(owner, known);
  if (left.length === 0) return;
  onWarning(`Processes that an earlier run left could not be ended: ${left.join(', ')}`, null);
}

async function lookAt(context: InstanceContext, { run, facts }: LeftRun): Promise<FoundRun> {
  if (facts === null) throw new TypeError('only a run with facts is taken over');
  const [readyAt, stop] = await Promise.all([readReadyMark(run.runDir), readStopMark(run.runDir)]);
  const isAlive = isSameProcess(run.identity);
  const isHealthy = isAlive && stop === null && (await answers(context, facts));
  return { run, facts, readyAt, stop, isAlive, isHealthy };
}

async function answers({ backends, host }: InstanceContext, facts: RunFacts): Promise<boolean> {
  const backend = backends[facts.definition.backend];
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), probeTimeoutMs);
  try {
    return (await backend?.probe(facts.host ?? host, facts.port, deadline.signal)) === 'ok';
  } catch {
    return false; // A backend whose code breaks is told by the wait for readiness.
  } finally {
    clearTimeout(timer);
  }
}

/** Takes those for not healthy where another program answered on the port. */
function onlyOwners(runs: readonly FoundRun[]): FoundRun[] {
  if (!runs.some(({ isHealthy }) => isHealthy)) return [...runs];
  const shared = { processes: listProcesses(), sockets: readSocketTable() };
  return runs.map((each) => {
    if (!each.isHealthy) return each;
    const tree = createRunTree(each.run, { environment: false });
    return { ...each, isHealthy: ownsPort(each.facts.port, tree, shared) ?? true };
  });
}

function keyOf({ instance }: Run): string {
  return instance.toLowerCase();
}

/** Nothing of it lives. One that is to run always is started again, but for one that was being stopped. */
async function closeAfterReboot(
  context: InstanceContext,
  { run, facts }: LeftRun,
): Promise<InstancePast> {
  const exit = await run.exited;
  const stop = await readStopMark(run.runDir);
  const isAlways = facts?.definition.restart_policy === 'always';
  const isWanted = stop?.restart ?? isAlways;
  const past: InstancePast = {
    version: 1,
    instance: run.instance,
    generation: facts?.generation ?? 0,
    failure: null,
    last_exit: { ...exit, reason: 'The machine was restarted while it ran.', log_tail: [] },
    restarts: 0,
    crashes: 0,
    next_restart_at: isWanted ? new Date(context.clock.now()).toISOString() : null,
    held: stop?.hold ?? false,
    boot_id: readBootId(),
  };
  await keepPast(context, past);
  await rm(run.runDir, { recursive: true, force: true });
  return past;
}
