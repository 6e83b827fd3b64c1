import type { Config } from '@llamactl/contract';
import type { LaneBounds } from './lane.js';

/** What the gateway goes by with every instance. */
export interface TargetSettings {
  /** Whether a request starts a stopped instance that does not say otherwise. */
  readonly onDemand: boolean;
  /** Seconds without a request after which an instance is stopped; 0 for never. */
  readonly idleTimeoutS: number;
  /** Time after a failure in which nothing is tried, in milliseconds. */
  readonly coolDownMs: number;
  readonly lane: LaneBounds;
}

/** What instances that have a process may come to together. */
export interface RoomLimits {
  /** 0 for no limit. */
  readonly maxRunning: number;
  readonly groups: Config['instances']['groups'];
  /** Bytes; null for no limit. */
  readonly memoryBudget: number | null;
}

/** How room is made. */
export interface RoomSettings extends RoomLimits {
  /** Time after which one that is always busy lets another come before it, in milliseconds. */
  readonly patienceMs: number;
}
