import { Exchange } from '../wire/exchange.js';
import type { Pool } from '../wire/pool.js';

const timeouts = { connectMs: 2_000, firstByteMs: 10_000, idleMs: 10_000 };
/** The answer holds the chat template too. */
const maxBytes = 4 * 1024 * 1024;

/** Asks a backend how many requests it works on at a time; one that does not say so has nothing to tell. */
export function readSlots(pool: Pool, tell: (slots: number) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const exchange = new Exchange(
    pool,
    { method: 'GET', head: pool.headOf('GET', '/props'), body: Buffer.alloc(0) },
    {
      onHead: ({ status }) => {
        if (status !== 200) exchange.abort();
      },
      onBody: (chunk) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > maxBytes) exchange.abort();
      },
      onEnd: () => {
        const slots = slotsIn(Buffer.concat(chunks).toString());
        if (slots !== null) tell(slots);
      },
      onFailure: () => {},
    },
    timeouts,
  );
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
