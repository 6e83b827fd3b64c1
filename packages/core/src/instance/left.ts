import type { InstancePast } from '../storage/past-store.js';
import type { Clock } from '../support/clock.js';
import { type Standing, unstarted } from './instance-state.js';
import type { FoundRun } from './reconcile-runs.js';
import { restartTime } from './time-left.js';

/** What earlier managers left of an instance. */
export interface Left {
  readonly past?: InstancePast | undefined;
  readonly found?: FoundRun | undefined;
}

/** Where an instance stands by what is left of it, before anything is done about that. */
export function standingOf({ past, found }: Left, clock: Clock): Standing {
  const standing = past === undefined ? unstarted : ofPast(past, clock);
  if (found === undefined) return standing;
  const { isAlive, isHealthy, readyAt, stop } = found;
  const wasRunning = isHealthy || (readyAt !== null && !isAlive);
  const status = stop !== null ? 'stopping' : wasRunning ? 'running' : 'starting';
  const { restarts } = found.facts;
  const held = stop?.hold ?? false;
  return { ...standing, status, failure: null, restarts, nextRestartAt: null, held };
}

function ofPast(past: InstancePast, clock: Clock): Standing {
  const { failure, last_exit, restarts, held } = past;
  return {
    status: failure === null ? 'stopped' : 'failed',
    failure,
    lastExit: last_exit,
    restarts,
    // A stopped one shows no time: what follows the stop follows at once.
    nextRestartAt: failure === null ? null : restartTime(past, clock),
    held,
  };
}
