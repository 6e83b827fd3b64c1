import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type InstanceDefinition, type InstanceStats, LlamactlError } from '@llamactl/contract';
import type { Backend } from '../backends/backend.js';
import { type Course, goodCourse } from '../liveness/judge.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { createTreeSampler, type TreeSampler } from '../metrics/tree-sampler.js';
import type { Run } from '../process/run.js';
import { createRunTree } from '../process/run-tree.js';
import { startRun } from '../process/start-run.js';
import { createStopper, type Stopper } from '../process/stop-run.js';
import { type Readiness, waitUntilReady } from '../readiness/wait-until-ready.js';
import { type Clock, elapsedOf } from '../support/clock.js';
import type { DueTime } from '../support/due-time.js';
import { runKeyPrefix } from '../support/secrets.js';
import { backendNamed, type InstanceContext } from './instance-context.js';
import { ownsPort } from './owns-port.js';
import type { FoundRun } from './reconcile-runs.js';
import type { RunFacts } from './run-facts.js';
import { secretsOf } from './secrets-of.js';

/** A process of an instance, from spawn to empty tree, with what is needed to watch and end it. */
export interface ActiveRun {
  readonly run: Run;
  /** Number of this run among those of the instance. */
  readonly generation: number;
  /** Number of the log entry that marks the begin of this run; what follows is its own. */
  readonly logSeq: number;
  readonly backend: Backend;
  /** Address it listens on; that of the settings may have changed since. */
  readonly host: string;
  readonly port: number;
  /** What its backend takes as a key; null when it asks for none. */
  readonly key: string | null;
  /** The definition it was started with. */
  readonly definition: InstanceDefinition;
  readonly stopper: Stopper;
  readonly sampler: TreeSampler;
  /** Ends the wait for readiness. */
  readonly cancelStart: AbortController;
  /** When it was first ready, in milliseconds since 1970; null when it has not been. */
  readyAt: number | null;
  /** The same on a clock that nobody sets, to tell for how long it has been. */
  readySinceMs: number | null;
  /** When it is killed if a stop does not end it before; null when no stop was asked for. */
  killAt: DueTime | null;
  /** Whether a stop of it is under way. */
  isEnding: boolean;
  /** Whether it is the second attempt, after the port of the first was lost to another program. */
  hasChangedPort: boolean;
  /** How it has been since it is ready. */
  course: Course;
  /** The last figures; null before it runs. */
  stats: InstanceStats | null;
}

/** What a start needs beside the context. */
export interface SpawnSpec {
  readonly definition: InstanceDefinition;
  readonly log: InstanceLog;
  readonly logFile: string;
  /** What goes into the record, so that a later manager can go on. */
  readonly count: Pick<RunFacts, 'generation' | 'restarts' | 'crashes'>;
}

/**
 * Checks binary, model and port, and spawns.
 * @throws LlamactlError BACKEND_NOT_FOUND, MODEL_NOT_FOUND, PORT_IN_USE, RESOURCE_EXHAUSTED, …
 */
export async function spawnInstance(
  context: InstanceContext,
  { definition, log, logFile, count }: SpawnSpec,
): Promise<ActiveRun> {
  const { name, port } = definition;
  const { host, modelRoots, dataDir, backendAuth, owner } = context;
  const runDir = join(context.runsDir, `${name.toLowerCase()}-${randomUUID()}`);
  const backend = backendNamed(context, definition.backend);
  const runKey = backendAuth === 'run_key' && { runKey: freshKey() };
  const launch = await backend.launch(definition, { host, port, modelRoots, dataDir, ...runKey });
  if (runKey && launch.key === undefined) throw asksForNothing(definition.backend);
  if (!(await context.ports.isFree(port))) {
    throw new LlamactlError('PORT_IN_USE', `Port ${port} is in use by another program`, {
      details: `Stop that program, or give the instance "${name}" another port.`,
    });
  }
  const key = launch.key ?? null;
  log.hide([...secretsOf(definition, backend), key ?? '']);
  const log_seq = await log.beginRun(new Date(), `start of ${name}: ${launch.file}`);
  const facts: RunFacts = { ...count, host, port, log_seq, key, definition };
  await log.follow();
  try {
    const files = { launch, runDir, logFile, instance: name };
    const kind = owner === null ? { tied: true } : { tied: false, owner, facts };
    return activeRun(await startRun({ ...files, ...kind }), backend, { ...facts, host });
  } catch (error) {
    await log.unfollow();
    throw error;
  }
}

/** Takes over a run that an earlier manager left. @throws LlamactlError UNKNOWN_BACKEND */
export function adoptRun(
  context: InstanceContext,
  log: InstanceLog,
  { run, facts, readyAt }: FoundRun,
): ActiveRun {
  const backend = backendNamed(context, facts.definition.backend);
  log.hide([...secretsOf(facts.definition, backend), facts.key ?? '']);
  const active = activeRun(run, backend, { ...facts, host: facts.host ?? context.host });
  if (readyAt !== null) noteReadiness(active, context.clock, readyAt.getTime());
  return active;
}

/** Notes since when a run is ready, unless that is known. */
export function noteReadiness(active: ActiveRun, clock: Clock, readyAt = clock.now()): void {
  active.readyAt ??= readyAt;
  // By a clock that was set back, one that was taken over got ready in the future.
  active.readySinceMs ??= elapsedOf(clock) - Math.max(0, clock.now() - readyAt);
}

function activeRun(run: Run, backend: Backend, facts: RunFacts & { host: string }): ActiveRun {
  return {
    run,
    generation: facts.generation,
    logSeq: facts.log_seq,
    backend,
    host: facts.host,
    port: facts.port,
    key: facts.key,
    definition: facts.definition,
    stopper: createStopper(run),
    sampler: createTreeSampler(run),
    cancelStart: new AbortController(),
    readyAt: null,
    readySinceMs: null,
    killAt: null,
    isEnding: false,
    hasChangedPort: false,
    course: goodCourse,
    stats: null,
  };
}

/** Waits until the process of a run answers as our own healthy backend. */
export function waitForRun(
  active: ActiveRun,
  { log, timeoutMs }: { log: InstanceLog; timeoutMs: number },
): Promise<Readiness> {
  const { run, logSeq, backend, host, port } = active;
  const tree = createRunTree(run);
  return waitUntilReady({
    backend,
    log,
    logSeq,
    host,
    port,
    ownsPort: () => ownsPort(port, tree),
    exited: run.exited,
    timeoutMs,
    signal: active.cancelStart.signal,
  });
}

function freshKey(): string {
  return `${runKeyPrefix}${randomBytes(32).toString('base64url')}`;
}

function asksForNothing(backend: string): LlamactlError {
  const message = `The backend "${backend}" cannot ask for a key, as it is to`;
  return new LlamactlError('BACKEND_NOT_FOUND', message, {
    details: 'Install a newer one, or let instances be used without a key: instances.backend_auth.',
  });
}
