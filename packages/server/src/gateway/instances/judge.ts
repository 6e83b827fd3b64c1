import type { Instance, LlamactlError } from '@llamactl/contract';
import { instanceFailed, instanceStopped } from './refusals.js';
import type { TargetSettings } from './settings.js';

type Rules = Pick<TargetSettings, 'onDemand' | 'coolDownMs'>;

/** Whether a request may start an instance. */
export function startsOnDemand({ held, on_demand }: Instance, rules: Rules): boolean {
  return !held && (on_demand ?? rules.onDemand);
}

/** Why a request to an instance is refused at once; null when it may go there, or wait for it. */
export function refusalOf(instance: Instance, rules: Rules, nowMs: number): LlamactlError | null {
  switch (instance.status) {
    case 'running':
    case 'starting':
      return null;
    case 'failed':
      return coolDown(instance, rules, nowMs);
    default:
      return startsOnDemand(instance, rules) ? null : instanceStopped(instance);
  }
}

/** A failed one is left alone for a while, and as long as a restart is due anyway. */
function coolDown(instance: Instance, rules: Rules, nowMs: number): LlamactlError | null {
  const { last_exit, next_restart_at } = instance;
  if (next_restart_at) return instanceFailed(instance, Date.parse(next_restart_at) - nowMs);
  const endedMs = last_exit === null ? 0 : Date.parse(last_exit.at);
  const leftMs = endedMs + rules.coolDownMs - nowMs;
  if (leftMs > 0) return instanceFailed(instance, leftMs);
  return startsOnDemand(instance, rules) ? null : instanceStopped(instance);
}
