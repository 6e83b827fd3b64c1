import type { Failure, InstanceDefinition, InstanceStatus } from '@llamactl/contract';
import { ActivityMeter } from '../liveness/activity.js';
import { signOf } from '../liveness/look.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { type ProcessInfo, readProcess } from '../process/process-table.js';
import { isResourceShortage } from '../process/resource-shortage.js';
import type { SerialQueue } from '../support/serial-queue.js';
import { type ActiveRun, noteReadiness, waitForRun } from './active-run.js';
import type { Aftermath } from './aftermath.js';
import { emptyTree } from './empty-tree.js';
import { exitAsAsked, exitByItself, reasonOf } from './end-of-run.js';
import type { InstanceContext } from './instance-context.js';
import type { InstanceState } from './instance-state.js';
import { hangReason, watchRun } from './run-liveness.js';
import { forgetRun, noteReady } from './run-notes.js';

/** Longest time that a backend which never got ready, or hangs, is given to end. */
const longestGivenUpStopMs = 5_000;

/** Attempts to empty a tree while operations wait; a stop that was asked for goes on without end. */
const triesInTurn = 3;

const unkillable = ' Some of its processes could not be killed; they wait inside the kernel.';

/** What a watch of runs works with. */
export interface RunWatchParts {
  readonly context: InstanceContext;
  readonly state: InstanceState;
  readonly log: InstanceLog;
  readonly queue: SerialQueue;
  /** The definition that is in force. */
  readonly definition: () => InstanceDefinition;
  readonly aftermath: Aftermath;
  /** Whether a run is still the instance's, and to be looked after. */
  readonly isCurrent: (active: ActiveRun) => boolean;
  /** Starts it once more, on another port. */
  readonly tryAnotherPort: () => Promise<void>;
}

/** Sees a run get ready, or not, and end by itself; what follows waits its turn among the operations. */
export class RunWatch {
  readonly #parts: RunWatchParts;

  constructor(parts: RunWatchParts) {
    this.#parts = parts;
  }

  exit(active: ActiveRun): void {
    void active.run.exited.then(() => this.#parts.queue.run(() => this.afterExit(active)));
  }

  readiness(active: ActiveRun, timeoutMs: number): void {
    const { log, queue } = this.#parts;
    // One that was ready before may only be held up, or be at work.
    const meter = active.readyAt === null ? null : new ActivityMeter(active.run);
    const onTimeout = () =>
      meter ? this.#afterSilence(active, { meter, timeoutMs }) : this.#afterTimeout(active);
    void waitForRun(active, { log, timeoutMs }).then(
      (readiness) => {
        if (readiness === 'ready') void queue.run(() => this.#afterReady(active));
        if (readiness === 'timeout') void queue.run(onTimeout);
      },
      (error: unknown) => queue.run(() => this.#afterBreak(active, error)),
    );
  }

  /** Notes since when a run is ready, and looks after it from then on. */
  async beginService(active: ActiveRun): Promise<void> {
    const { context, queue } = this.#parts;
    noteReadiness(active, context.clock);
    await noteReady(active);
    watchRun(active, context, () => void queue.run(() => this.#afterHang(active)));
  }

  /** The process ended by itself: what is left of its tree goes too, then the state tells why. */
  async afterExit(active: ActiveRun): Promise<void> {
    const { aftermath, log, state, tryAnotherPort } = this.#parts;
    if (!this.#parts.isCurrent(active) || state.status === 'stopping') return;
    const wasRunning = active.readyAt !== null;
    const atOnce = { force: true, timeoutMs: 0 };
    const isEmpty = await emptyTree(active, atOnce, triesInTurn);
    const { lastExit, failure } = await exitByItself(active, log, wasRunning);
    if (!isEmpty) lastExit.reason += unkillable;
    if (failure === 'port_in_use' && isEmpty && mayChangePort(active)) {
      await forgetRun(active);
      if (await succeeds(tryAnotherPort())) return;
    }
    await aftermath.conclude({
      failure: isEmpty ? failure : (failure ?? 'crashed'),
      lastExit,
      active,
    });
  }

  async #afterReady(active: ActiveRun): Promise<void> {
    const { isCurrent, state } = this.#parts;
    if (!isCurrent(active) || state.status !== 'starting') return;
    await this.beginService(active);
    active.stats = active.sampler.sample(lookAtProcess(active.run.pid));
    state.become('running');
  }

  /** One that was taken over does not answer; as a hang, that ends it only where it could go on and does not. */
  async #afterSilence(
    active: ActiveRun,
    { meter, timeoutMs }: { meter: ActivityMeter; timeoutMs: number },
  ): Promise<void> {
    const { context, definition, isCurrent, state } = this.#parts;
    if (!isCurrent(active) || state.status !== 'starting') return;
    const sign = signOf(meter.look(), timeoutMs);
    const isLeft = context.hangTimeoutMs === 0 || definition().restart_policy === 'never';
    if (sign === 'still' && !isLeft) {
      const seconds = Math.round(timeoutMs / 100) / 10;
      const reason = `It was taken over from an earlier manager, did not answer within ${seconds} s, and was stopped.`;
      await this.#giveUp(active, 'crashed', reason);
      return;
    }
    const condition = sign === 'moved' ? 'well' : 'unresponsive';
    context.alerts.lookAtCondition(definition().name, condition);
    this.readiness(active, timeoutMs);
  }

  async #afterTimeout(active: ActiveRun): Promise<void> {
    const limit = this.#parts.context.startupTimeoutMs / 1_000;
    const reason = `It was not ready within ${limit} s and was stopped. Raise the start-up timeout for large models.`;
    await this.#giveUp(active, 'startup_timeout', reason);
  }

  /** The code of the backend that watches for readiness broke. */
  async #afterBreak(active: ActiveRun, error: unknown): Promise<void> {
    const reason = `It was stopped because it could not be watched: ${reasonOf(error)}`;
    await this.#giveUp(active, 'crashed', reason);
  }

  /** It stands still: one that nobody wants started again is told of, and left as it is. */
  async #afterHang(active: ActiveRun): Promise<void> {
    if (!active.course.isHung || this.#parts.definition().restart_policy === 'never') return;
    await this.#giveUp(active, 'crashed', hangReason(active), 'running');
  }

  /** Ends a run that does not get ready, or does nothing any more. */
  async #giveUp(
    active: ActiveRun,
    failure: Failure,
    reason: string,
    from: InstanceStatus = 'starting',
  ): Promise<void> {
    const { aftermath, context, isCurrent, log, state } = this.#parts;
    if (!isCurrent(active) || state.status !== from) return;
    active.cancelStart.abort();
    const { name } = active.definition;
    const timeoutMs = Math.min(context.stopTimeoutMs, longestGivenUpStopMs);
    // Who waits for an answer will get none.
    const cutConnections = () => context.stopHooks.run({ name, timeoutMs: 0 });
    const isEmpty = await emptyTree(active, { timeoutMs, cutConnections }, triesInTurn);
    const lastExit = await exitAsAsked(active, log, isEmpty ? reason : reason + unkillable);
    await aftermath.conclude({ failure, lastExit, active });
  }
}

/** Whether a port that was lost to another program may be given up for another one, once. */
function mayChangePort({ definition, hasChangedPort, readyAt }: ActiveRun): boolean {
  return definition.auto_port && !hasChangedPort && readyAt === null;
}

/** The process alone, as a look at all takes long on a machine with many; what it has started is in the next figures. */
function lookAtProcess(pid: number): ProcessInfo[] | null {
  try {
    const found = readProcess(pid);
    return found === null ? [] : [found];
  } catch (error) {
    if (isResourceShortage(error)) return null;
    throw error;
  }
}

function succeeds(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}
