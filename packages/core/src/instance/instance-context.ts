import { LlamactlError } from '@llamactl/contract';
import type { Alerts } from '../alerts/create-alerts.js';
import type { Backend } from '../backends/backend.js';
import type { Emitter } from '../events/emitter.js';
import type { LlamactlEvents } from '../events/events.js';
import type { BackendAuth } from '../llamactl.js';
import type { PortBook } from '../ports/port-book.js';
import type { InstanceStore } from '../storage/instance-store.js';
import type { PastStore } from '../storage/past-store.js';
import type { Clock } from '../support/clock.js';
import type { RestartHooks } from './restart-hooks.js';
import type { StopHooks } from './stop-hooks.js';

/** What all instances of one Llamactl share. */
export interface InstanceContext {
  readonly backends: Readonly<Record<string, Backend>>;
  readonly store: InstanceStore;
  readonly pasts: PastStore;
  readonly events: Emitter<LlamactlEvents>;
  readonly alerts: Pick<Alerts, 'lookAtCondition'>;
  readonly ports: PortBook;
  readonly host: string;
  readonly backendAuth: BackendAuth;
  readonly modelRoots: readonly string[];
  /** Folder of everything that is kept; a temporary one when nothing is. */
  readonly dataDir: string;
  readonly startupTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly healthIntervalMs: number;
  /** 0 for never. */
  readonly hangTimeoutMs: number;
  readonly maxLogFileBytes: number;
  readonly maxLogFiles: number;
  /** Folders of log files and of run records. */
  readonly logsDir: string;
  readonly runsDir: string;
  readonly stopHooks: StopHooks;
  readonly restartHooks: RestartHooks;
  /** What the tokens of runs begin with; null when runs end with this process. */
  readonly owner: string | null;
  /** Whether runs go on when this Llamactl is disposed of. */
  readonly keepsRuns: boolean;
  readonly clock: Clock;
  readonly onWarning: (message: string, cause: unknown) => void;
}

/** @throws LlamactlError UNKNOWN_BACKEND */
export function backendNamed(context: InstanceContext, name: string): Backend {
  const backend = Object.hasOwn(context.backends, name) ? context.backends[name] : undefined;
  if (backend) return backend;
  const known = Object.keys(context.backends);
  throw new LlamactlError('UNKNOWN_BACKEND', `There is no backend "${name}"`, {
    details: `Use one of: ${known.join(', ')}.`,
    suggestions: known,
  });
}
