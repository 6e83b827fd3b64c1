import { basename } from 'node:path';
import type { InstanceDefinition } from '@llamactl/contract';
import { readBootId } from '../process/identity.js';
import { readReadyMark, readStopMark } from '../process/run-marks.js';
import { moveAside } from '../storage/move-aside.js';
import type { InstancePast } from '../storage/past-store.js';
import { noExit } from './end-of-run.js';
import type { BrokenRun } from './find-runs.js';
import type { InstanceContext } from './instance-context.js';
import { keepPast } from './keep-past.js';
import { decideRestart } from './restart-policy.js';

/** The instance of a broken run, as far as it is known. */
export interface BrokenInstance {
  /** Undefined when there is none, or another run of it is taken over. */
  readonly definition: InstanceDefinition | undefined;
  readonly past: InstancePast | undefined;
}

/**
 * Moves a run aside whose record cannot be read, after its processes were ended. For its instance that is a crash,
 * but for one that was being stopped.
 * @returns How the instance ended; null when that says nothing about it.
 */
export async function settleBrokenRun(
  context: InstanceContext,
  broken: BrokenRun,
  { definition, past }: BrokenInstance,
): Promise<InstancePast | null> {
  const { runDir, instance, reason } = broken;
  const settled = definition ? await pastOf(context, broken, { definition, past }) : null;
  if (settled) await keepPast(context, settled);
  try {
    const aside = basename(await moveAside(runDir));
    const what = `The record of a run of "${instance}" could not be read`;
    context.onWarning(`${what} (${reason}). Its folder was moved aside, to runs/${aside}.`, null);
  } catch (error) {
    context.onWarning(`The broken record in ${runDir} could not be moved aside`, error);
  }
  return settled;
}

async function pastOf(
  { clock }: InstanceContext,
  { runDir, reason }: BrokenRun,
  { definition, past }: { definition: InstanceDefinition; past: InstancePast | undefined },
): Promise<InstancePast> {
  const [readyAt, stop] = await Promise.all([readReadyMark(runDir), readStopMark(runDir)]);
  const now = clock.now();
  const verdict = decideRestart({
    policy: definition.restart_policy,
    failure: 'crashed',
    crashes: past?.boot_id === readBootId() ? past.crashes : 0,
    readyMs: readyAt === null ? 0 : now - readyAt.getTime(),
  });
  const asAsked = { failure: null, crashes: 0, delayMs: stop?.restart ? 0 : null };
  const { failure, crashes, delayMs } = stop === null ? verdict : asAsked;
  return {
    version: 1,
    instance: definition.name,
    generation: past?.generation ?? 0,
    failure,
    last_exit: noExit(
      `The record of its run could not be read (${reason}), so it could not be taken over; what still ran was ended.`,
    ),
    restarts: past?.restarts ?? 0,
    crashes,
    next_restart_at: delayMs === null ? null : new Date(now + delayMs).toISOString(),
    held: stop?.hold ?? false,
    boot_id: readBootId(),
  };
}
