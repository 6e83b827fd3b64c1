import { Exchange } from '../wire/exchange.js';
import type { Pool } from '../wire/pool.js';

/** How many slots of a backend there are, and how many of them work. */
export interface BusySlots {
  readonly total: number;
  readonly busy: number;
}

const timeouts = { connectMs: 2_000, firstByteMs: 10_000, idleMs: 10_000 };
const maxBytes = 4 * 1024 * 1024;

/** Asks a backend which of its slots work: `untold` when it does not say so, `failed` when it does not answer. */
export function readBusySlots(pool: Pool): Promise<BusySlots | 'untold' | 'failed'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const give = (answer: 'untold') => {
      exchange.abort();
      resolve(answer);
    };
    const exchange = new Exchange(
      pool,
      { method: 'GET', head: pool.headOf('GET', '/slots'), body: Buffer.alloc(0) },
      {
        onHead: ({ status }) => {
          if (status !== 200) give('untold');
        },
        onBody: (chunk) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length > maxBytes) give('untold');
        },
        onEnd: () => resolve(busySlotsIn(Buffer.concat(chunks).toString())),
        onFailure: () => resolve('failed'),
      },
      timeouts,
    );
  });
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
