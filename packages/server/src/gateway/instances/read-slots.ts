import type { Pool } from '../wire/pool.js';
import { readAnswer } from '../wire/read-answer.js';

/** Asks a backend how many requests it works on at a time; null when it does not say so. */
export async function readSlots(pool: Pool): Promise<number | null> {
  const answer = await readAnswer(pool, '/props');
  return typeof answer === 'string' ? null : slotsIn(answer.text);
}

function slotsIn(text: string): number | null {
  try {
    const { total_slots } = JSON.parse(text);
    const isCount = Number.isInteger(total_slots) && total_slots > 0 && total_slots <= 10_000;
    return isCount ? total_slots : null;
  } catch {
    return null;
  }
}
