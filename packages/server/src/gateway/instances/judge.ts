import type { Instance, LlamactlError } from '@llamactl/contract';
import { CoolDown } from './cool-down.js';
import type { Weight } from './lanes.js';
import { instanceFailed, instanceStopped, notWoken } from './refusals.js';
import type { TargetSettings } from './settings.js';

type Rules = Pick<TargetSettings, 'onDemand' | 'coolDownMs'>;

/** Whether a request may start an instance. */
export function startsOnDemand({ held, on_demand }: Instance, rules: Rules): boolean {
  return !held && (on_demand ?? rules.onDemand);
}

/** Judges the requests to one instance. */
export class Judge {
  readonly #rules: Rules;
  readonly #coolDown: CoolDown;

  constructor(instance: Instance, rules: Rules) {
    this.#rules = rules;
    this.#coolDown = new CoolDown(rules.coolDownMs);
    if (instance.status === 'failed') this.#coolDown.leftMs(instance);
  }

  /**
   * Why a request is refused at once; null when it may go there, or wait for it. One that only looks at an instance
   * starts none. To be asked whenever the status has changed.
   */
  refusalOf(instance: Instance, weight: Weight): LlamactlError | null {
    switch (instance.status) {
      case 'running':
      case 'starting':
        return null;
      case 'failed':
        return this.#rest(instance) ?? startRefusal(instance, weight, this.#rules);
      default:
        return startRefusal(instance, weight, this.#rules);
    }
  }

  /** A failed one is left alone for a while. */
  #rest(instance: Instance): LlamactlError | null {
    const leftMs = this.#coolDown.leftMs(instance);
    return leftMs > 0 || instance.next_restart_at ? instanceFailed(instance, leftMs) : null;
  }
}

function startRefusal(instance: Instance, weight: Weight, rules: Rules): LlamactlError | null {
  if (!startsOnDemand(instance, rules)) return instanceStopped(instance);
  return weight === 'light' ? notWoken(instance) : null;
}
