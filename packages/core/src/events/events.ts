import type {
  Alert,
  Instance,
  InstanceDetails,
  InstanceStatus,
  ServerMessageOf,
} from '@llamactl/contract';

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
  /** Settings around the instances changed; told by whoever keeps them, with `feed.publish`. */
  config_changed: ServerMessageOf<'config_changed'>['data'];
}

export type LlamactlEventType = keyof LlamactlEvents;

/** Events that come from outside: from whoever serves the instances. */
export type OuterEventType = 'config_changed';
