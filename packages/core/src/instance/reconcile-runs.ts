import { rm } from 'node:fs/promises';
import type { InstanceDefinition } from '@llamactl/contract';
import { readSocketTable } from '../ports/listening-socket.js';
import { isSameProcess, readBootId } from '../process/identity.js';
import { listProcesses } from '../process/process-table.js';
import type { Run } from '../process/run.js';
import { readReadyMark, readStopMark, type StopMark } from '../process/run-marks.js';
import { createRunTree } from '../process/run-tree.js';
import type { InstancePast } from '../storage/past-store.js';
import { endLeftRun, endOtherProcesses } from './end-left-runs.js';
import { type BrokenRun, findRuns, type LeftRun } from './find-runs.js';
import type { InstanceContext } from './instance-context.js';
import { keepPast } from './keep-past.js';
import { ownsPort } from './owns-port.js';
import type { RunFacts } from './run-facts.js';
import { settleBrokenRun } from './settle-broken-run.js';

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
 * ended, and told. Runs from before a reboot are closed, and those with a broken record moved aside.
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
  await Promise.all(others.map((left) => endLeftRun(context, left, whyNot(left, context, known))));
  const current = wanted.filter(({ run }) => run.identity.bootId === readBootId());
  const tokens = new Set(current.map(({ run }) => run.token));
  await endOtherProcesses(context, { owner, known: tokens }, (instance) =>
    found.broken.some((each) => each.instance === instance) ? brokenRecord : noRecord,
  );
  await Promise.all(found.emptyDirs.map((dir) => rm(dir, { recursive: true, force: true })));
  const pasts = new Map(known.pasts);
  for (const left of wanted.filter((each) => !current.includes(each))) {
    pasts.set(keyOf(left.run), await closeAfterReboot(context, left));
  }
  const taken = new Set(wanted.map(({ run }) => keyOf(run)));
  for (const broken of [...found.broken, ...others.flatMap(withoutFacts)]) {
    const key = broken.instance;
    const definition = taken.has(key) ? undefined : known.definitions.get(key);
    const past = await settleBrokenRun(context, broken, { definition, past: known.pasts.get(key) });
    if (past) pasts.set(key, past);
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

const noRecord = 'no record of a run tells of it';
const brokenRecord = 'the record of its run could not be read';

/** Why a run is not taken over. */
function whyNot(
  { run, facts }: LeftRun,
  { backends }: InstanceContext,
  { definitions }: KnownInstances,
): string {
  if (facts === null) return brokenRecord;
  if (!definitions.has(keyOf(run))) return 'there is no definition of that name';
  const { backend } = facts.definition;
  if (!Object.hasOwn(backends, backend)) return `there is no backend "${backend}"`;
  return 'another run took its place, or its end was written down before';
}

function withoutFacts({ run, facts }: LeftRun): BrokenRun[] {
  if (facts !== null) return [];
  const { runDir } = run;
  return [{ runDir, instance: keyOf(run), reason: 'what it holds for the next manager is wrong' }];
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
