import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type InstanceDefinition, type InstanceStats, LlamactlError } from '@llamactl/contract';
import type { Backend } from '../backends/backend.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { createTreeSampler, type TreeSampler } from '../metrics/tree-sampler.js';
import { ownsListeningSocket } from '../ports/listening-socket.js';
import { isResourceShortage } from '../process/resource-shortage.js';
import type { Run } from '../process/run.js';
import { createRunTree, type RunTree } from '../process/run-tree.js';
import { startRun } from '../process/start-run.js';
import { createStopper, type Stopper } from '../process/stop-run.js';
import { type Readiness, waitUntilReady } from '../readiness/wait-until-ready.js';
import { backendNamed, type InstanceContext } from './instance-context.js';

/** A process of an instance, from spawn to empty tree, with what is needed to watch and end it. */
export interface ActiveRun {
  readonly run: Run;
  /** Number of the log entry that marks the begin of this run; what follows is its own. */
  readonly logSeq: number;
  readonly backend: Backend;
  readonly port: number;
  /** What its backend takes as a key; null when it asks for none. */
  readonly key: string | null;
  /** The definition it was started with. */
  readonly definition: InstanceDefinition;
  readonly stopper: Stopper;
  readonly sampler: TreeSampler;
  /** Ends the wait for readiness. */
  readonly cancelStart: AbortController;
  /** The last figures; null before it runs. */
  stats: InstanceStats | null;
}

/**
 * Checks binary, model and port, and spawns.
 * @throws LlamactlError BACKEND_NOT_FOUND, MODEL_NOT_FOUND, PORT_IN_USE, RESOURCE_EXHAUSTED, …
 */
export async function spawnInstance(
  context: InstanceContext,
  definition: InstanceDefinition,
  log: InstanceLog,
  logFile: string,
): Promise<ActiveRun> {
  const { name, port } = definition;
  const runDir = join(context.runsDir, `${name.toLowerCase()}-${randomUUID()}`);
  const backend = backendNamed(context, definition.backend);
  const { host, modelRoots, backendAuth } = context;
  const runKey = backendAuth === 'run_key' && { runKey: randomBytes(32).toString('base64url') };
  const launch = await backend.launch(definition, { host, port, modelRoots, ...runKey });
  if (runKey && launch.key === undefined) throw asksForNothing(definition.backend);
  if (!(await context.ports.isFree(port))) {
    throw new LlamactlError('PORT_IN_USE', `Port ${port} is in use by another program`, {
      details: `Stop that program, or give the instance "${name}" another port.`,
    });
  }
  const logSeq = await log.beginRun(new Date(), `start of ${name}: ${launch.file}`);
  await log.follow();
  try {
    const run = await startRun({ launch, runDir, logFile, instance: name, tied: true });
    return {
      run,
      logSeq,
      backend,
      port,
      key: launch.key ?? null,
      definition,
      stopper: createStopper(run),
      sampler: createTreeSampler(run),
      cancelStart: new AbortController(),
      stats: null,
    };
  } catch (error) {
    await log.unfollow();
    throw error;
  }
}

/** Waits until the process of a run answers as our own healthy backend. */
export function waitForRun(
  context: InstanceContext,
  active: ActiveRun,
  log: InstanceLog,
): Promise<Readiness> {
  const { run, logSeq, backend, port } = active;
  const tree = createRunTree(run);
  return waitUntilReady({
    backend,
    log,
    logSeq,
    host: context.host,
    port,
    ownsPort: () => ownsPort(port, tree),
    exited: run.exited,
    timeoutMs: context.startupTimeoutMs,
    signal: active.cancelStart.signal,
  });
}

function asksForNothing(backend: string): LlamactlError {
  const message = `The backend "${backend}" cannot ask for a key, as it is to`;
  return new LlamactlError('BACKEND_NOT_FOUND', message, {
    details: 'Install a newer one, or let instances be used without a key: instances.backend_auth.',
  });
}

function ownsPort(port: number, tree: RunTree): boolean | null {
  try {
    const pids = tree.scan().members.map((process) => process.pid);
    return ownsListeningSocket(port, pids);
  } catch (error) {
    if (isResourceShortage(error)) return null;
    throw error;
  }
}
