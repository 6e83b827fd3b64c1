import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { LlamactlError } from '@llamactl/contract';
import { identityOf, readBootId } from './identity.js';
import { instanceVariable, tokenVariable } from './marker.js';
import { readProcess } from './process-table.js';
import type { ProcessIdentity, RunSpec } from './run.js';
import { reportDescriptor, shimName, shimScript, shimToolPath, tieDescriptor } from './shim.js';

/** A shim that has started its backend. */
export interface SpawnedShim {
  readonly shim: ProcessIdentity;
  readonly guard: ProcessIdentity | null;
  readonly backend: ProcessIdentity;
  /** Ends the tie of a tied run: its guard then ends whatever is left of the run. */
  readonly untie: () => void;
  /** Kills it all, for a start that fails later on; needs no descriptor. */
  readonly abandon: () => void;
}

const reportTimeoutMs = 10_000;
const cannotMakeFifo = 73;
/** Two for each of two pipes, two for what Node itself needs to spawn, and two to spare. */
const neededDescriptors = 8;

/**
 * Spawns the shim and waits until it has told the backend's pid. Nothing of it keeps the event loop alive.
 *
 * @throws Error of the system, or LlamactlError RESOURCE_EXHAUSTED, STORAGE_ERROR; nothing is left running.
 */
export async function spawnShim(spec: RunSpec, token: string): Promise<SpawnedShim> {
  const child = spawnDetached(spec, token);
  const exited = once(child, 'exit');
  exited.catch(() => {}); // told by the next line too
  await once(child, 'spawn');
  const tie = child.stdio[tieDescriptor] as Socket | null | undefined;
  tie?.on('error', () => {}).unref();
  const untie = () => void tie?.destroy();
  const abandon = () => {
    // While our child is not reaped, its pid and so its group are its own.
    const isReaped = child.exitCode !== null || child.signalCode !== null;
    if (!isReaped && child.pid) process.kill(-child.pid, 'SIGKILL');
    untie();
  };
  try {
    // Not reaped before the next turn of the event loop, so this is the shim even if it has ended.
    const shim = identify(child.pid ?? 0, child.pid ?? 0);
    const report = await readReport(child, spec.instance);
    const [, backendPid, guardPid] = /^(\d+) (\d*)\.\n/m.exec(report) ?? [];
    if (backendPid === undefined) throw await setupError(spec.instance, report, exited);
    child.unref();
    return {
      shim,
      backend: identify(Number(backendPid), shim.pid),
      guard: guardPid ? identify(Number(guardPid), shim.pid) : null,
      untie,
      abandon,
    };
  } catch (error) {
    abandon();
    throw error;
  }
}

function spawnDetached(spec: RunSpec, token: string): ChildProcess {
  const { launch, runDir, logFile, instance, tied } = spec;
  const { O_WRONLY, O_APPEND, O_CREAT } = constants;
  const log = openSync(logFile, O_WRONLY | O_APPEND | O_CREAT, 0o600);
  try {
    assertDescriptorsLeft();
    const kind = tied ? 'tied' : 'untied';
    const ours = [shimName, runDir, shimToolPath(), kind];
    return spawn('/bin/sh', ['-c', shimScript, ...ours, launch.file, ...launch.args], {
      // llama-server loads code (libggml-cpu-*.so) from the folder that it is started in.
      cwd: runDir,
      detached: true,
      env: { ...launch.env, [tokenVariable]: token, [instanceVariable]: instance },
      stdio: ['ignore', log, log, 'pipe', ...(tied ? (['pipe'] as const) : [])],
    });
  } finally {
    closeSync(log);
  }
}

/**
 * Throws what the system throws when there are too few descriptors for a spawn. Node would tell the same,
 * but would not close the pipes that it had made by then, and does not give them out.
 */
function assertDescriptorsLeft(): void {
  const tried: number[] = [];
  try {
    while (tried.length < neededDescriptors) tried.push(openSync('/dev/null', 'r'));
  } finally {
    for (const descriptor of tried) closeSync(descriptor);
  }
}

/** Reads until the shim and the backend have both closed it; the shim's last word is the pid. */
async function readReport(child: ChildProcess, instance: string): Promise<string> {
  const pipe = child.stdio[reportDescriptor] as Readable;
  const late = setTimeout(() => {
    const message = `Could not start the process of instance "${instance}" within 10 seconds`;
    pipe.destroy(
      new LlamactlError('RESOURCE_EXHAUSTED', message, { details: 'The machine is overloaded.' }),
    );
  }, reportTimeoutMs);
  try {
    return await text(pipe);
  } finally {
    clearTimeout(late);
  }
}

async function setupError(
  instance: string,
  report: string,
  exited: Promise<unknown[]>,
): Promise<LlamactlError> {
  const [code] = await exited;
  const problem = code === cannotMakeFifo ? 'STORAGE_ERROR' : 'RESOURCE_EXHAUSTED';
  const said = report.trim() || `its shell ended with ${code}`;
  return new LlamactlError(problem, `Could not start the process of instance "${instance}"`, {
    cause: new Error(said),
    details:
      problem === 'STORAGE_ERROR'
        ? 'The data folder must be on a file system that takes named pipes, and mkfifo be installed.'
        : 'The limit of processes or memory is reached; stop something or raise the limit (ulimit -u).',
  });
}

/** One that is gone already, or that only has the same pid by now, gets no start time and is never the same. */
function identify(pid: number, group: number): ProcessIdentity {
  const found = readProcess(pid);
  return found?.pgid === group
    ? identityOf(found)
    : { pid, startedTicks: '', bootId: readBootId() };
}
