import type { Pool } from '../wire/pool.js';
import { readAnswer } from '../wire/read-answer.js';

/** How many slots of a backend there are, and how many of them work. */
export interface BusySlots {
  readonly total: number;
  readonly busy: number;
}

/** Asks a backend which of its slots work: `untold` when it does not say so, `failed` when it does not answer. */
export async function readBusySlots(pool: Pool): Promise<BusySlots | 'untold' | 'failed'> {
  const answer = await readAnswer(pool, '/slots');
  if (typeof answer !== 'string') return busySlotsIn(answer.text);
  return answer === 'failed' ? answer : 'untold';
}

function busySlotsIn(text: string): BusySlots | 'untold' {
  try {
    const slots: unknown = JSON.parse(text);
    if (!Array.isArray(slots)) return 'untold';
    const busy = slots.filter((slot) => slot?.is_processing === true).length;
    return { total: slots.length, busy };
  } catch {
    return 'untold';
  }
}
