import type { Alert, Instance, InstanceDetails, InstanceStatus } from '@llamactl/contract';

/** What happens, by type. Each event carries the whole new state, so one that is missed is made up for by the next. */
export interface LlamactlEvents {
  /** An instance changed its state; `previous_status` is null for one that was just created. */
  instance_status_changed: { instance: Instance; previous_status: InstanceStatus | null };
  /** The definition of an instance changed. */
  instance_updated: { instance: Instance };
  instance_deleted: { name: string };
  /** New figures of a running instance. */
  instance_stats_updated: { instance: InstanceDetails };
  /** An alert was raised or cleared. */
  system_alert: Alert;
}

export type LlamactlEventType = keyof LlamactlEvents;
