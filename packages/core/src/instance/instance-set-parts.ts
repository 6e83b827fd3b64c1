import type { InstanceDefinition } from '@llamactl/contract';
import type { Alerts } from '../alerts/create-alerts.js';
import type { EventFeed } from '../events/event-feed.js';
import type { GpuSampler } from '../metrics/gpu-sampler.js';
import type { SystemSampler } from '../metrics/system-sampler.js';
import type { InstanceContext } from './instance-context.js';
import type { Reconciled } from './reconcile-runs.js';

/** What an `InstanceSet` is made of. */
export interface InstanceSetParts {
  readonly context: InstanceContext;
  /** Those that there are already. */
  readonly definitions: readonly InstanceDefinition[];
  /** What earlier managers left of them. */
  readonly left: Reconciled;
  readonly feed: EventFeed;
  readonly alerts: Alerts;
  readonly system: SystemSampler;
  readonly gpus: GpuSampler;
  readonly startParallelism: number;
  readonly statsIntervalMs: number;
  /** Lets go of the folder that everything is kept in. */
  readonly closeHome: () => Promise<void>;
}
