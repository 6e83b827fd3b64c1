import type { Alert, Instance, SystemResources } from '@llamactl/contract';
import type { Emitter } from '../events/emitter.js';
import type { LlamactlEvents } from '../events/events.js';
import type { Condition } from '../liveness/judge.js';
import { AlertBook } from './alert-book.js';
import { isOverLimit } from './over-limit.js';

/** Raises and clears alerts, as `system_alert` events. */
export interface Alerts {
  /** Those raised now, oldest first. */
  list(): Alert[];
  /** Looks at an instance that was there before. */
  lookAt(instance: Instance): void;
  /** Looks at how a running instance is. */
  lookAtCondition(name: string, condition: Condition): void;
  /** Looks at new figures of the machine. */
  look(resources: SystemResources): void;
}

/** Use from which on an alert is raised, in percent. */
export interface AlertLimits {
  readonly memory: number;
  readonly disk: number;
}

/** Watches instances from now on. */
export function createAlerts(events: Emitter<LlamactlEvents>, limits: AlertLimits): Alerts {
  const book = new AlertBook((alert) => events.emit('system_alert', alert));
  events.on('instance_status_changed', ({ instance }) => lookAtInstance(book, instance));
  // Its restart may have been called off.
  events.on('instance_updated', ({ instance }) => lookAtInstance(book, instance));
  events.on('instance_deleted', ({ name }) => book.clear(failedId(name), `"${name}" was deleted.`));
  return {
    list: () => book.list(),
    lookAt: (instance) => lookAtInstance(book, instance),
    lookAtCondition: (name, condition) => lookAtCondition(book, name, condition),
    look({ memory_usage, memory_total, disk_usage }) {
      const memory = memory_usage === null ? null : (100 * memory_usage) / memory_total;
      lookAtFigure(book, 'memory', memory, limits.memory);
      lookAtFigure(book, 'disk', disk_usage, limits.disk);
    },
  };
}

function lookAtInstance(book: AlertBook, instance: Instance): void {
  const { name, status, failure, last_exit, next_restart_at } = instance;
  const id = failedId(name);
  if (status !== 'running') book.clear(unhealthyId(name), `"${name}" does not run any more.`);
  // One that is about to be tried again is not given up.
  if (status !== 'failed' || next_restart_at !== null) {
    book.clear(id, `"${name}" is not failed any more.`);
    return;
  }
  const isLoop = failure === 'crash_loop';
  const what = isLoop ? 'failed again and again, and is not started any more' : 'failed';
  const message = `"${name}" ${what}: ${last_exit?.reason ?? 'see its log.'}`;
  const kind = isLoop ? 'crash_loop' : 'instance_failed';
  book.raise(id, { kind, severity: 'error', message, instance: name });
}

const conditions = {
  unresponsive: 'gives no answer any more',
  stalled: 'does not get on with its work any more',
};

function lookAtCondition(book: AlertBook, name: string, condition: Condition): void {
  const id = unhealthyId(name);
  if (condition === 'well') {
    book.clear(id, `"${name}" is well again.`);
    return;
  }
  const message = `"${name}" ${conditions[condition]}, and uses no processor time.`;
  book.raise(id, { kind: 'instance_unhealthy', severity: 'error', message, instance: name });
}

const things = {
  memory: {
    what: 'The memory of this machine',
    advice: 'Stop an instance, or use smaller models.',
  },
  disk: { what: 'The disk of the data folder', advice: 'Make room: logs cannot be kept without.' },
};

function lookAtFigure(
  book: AlertBook,
  kind: keyof typeof things,
  percent: number | null,
  limitPercent: number,
): void {
  const { what, advice } = things[kind];
  if (!isOverLimit(book.has(kind), percent, limitPercent)) {
    book.clear(kind, `${what} is used less than ${limitPercent} % again.`);
    return;
  }
  const message = `${what} is ${Math.round(percent ?? limitPercent)} % used. ${advice}`;
  book.raise(kind, { kind, severity: 'warning', message, instance: null });
}

function unhealthyId(name: string): string {
  return `instance_unhealthy:${name}`;
}

function failedId(name: string): string {
  return `instance_failed:${name}`;
}
