import type { Instance, LlamactlError } from '@llamactl/contract';
import type { Weight } from './lanes.js';
import { instanceFailed, instanceStopped, notWoken } from './refusals.js';
import type { TargetSettings } from './settings.js';

type Rules = Pick<TargetSettings, 'onDemand' | 'coolDownMs'>;

/** Whether a request may start an instance. */
export function startsOnDemand({ held, on_demand }: Instance, rules: Rules): boolean {
  return !held && (on_demand ?? rules.onDemand);
}

/**
 * Why a request to an instance is refused at once; null when it may go there, or wait for it. One that only looks
 * at an instance starts none.
 */
export function refusalOf(
  instance: Instance,
  weight: Weight,
  rules: Rules,
  nowMs: number,
): LlamactlError | null {
  switch (instance.status) {
    case 'running':
    case 'starting':
      return null;
    case 'failed':
      return coolDown(instance, rules, nowMs) ?? startRefusal(instance, weight, rules);
    default:
      return startRefusal(instance, weight, rules);
  }
}

/** A failed one is left alone for a while, and as long as a restart is due anyway. */
function coolDown(instance: Instance, rules: Rules, nowMs: number): LlamactlError | null {
  const { last_exit, next_restart_at } = instance;
  if (next_restart_at) return instanceFailed(instance, Date.parse(next_restart_at) - nowMs);
  const endedMs = last_exit === null ? 0 : Date.parse(last_exit.at);
  const leftMs = endedMs + rules.coolDownMs - nowMs;
  return leftMs > 0 ? instanceFailed(instance, leftMs) : null;
}

function startRefusal(instance: Instance, weight: Weight, rules: Rules): LlamactlError | null {
  if (!startsOnDemand(instance, rules)) return instanceStopped(instance);
  return weight === 'light' ? notWoken(instance) : null;
}
