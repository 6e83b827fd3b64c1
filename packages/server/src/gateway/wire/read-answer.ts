import { Exchange } from './exchange.js';
import type { Pool } from './pool.js';

const timeouts = { connectMs: 2_000, firstByteMs: 10_000, idleMs: 10_000 };
/** The properties of a backend hold its chat template too. */
const maxBytes = 4 * 1024 * 1024;

/** Asks a backend about itself: the text of a 200, `refused` for anything else, `failed` when it does not answer. */
export function readAnswer(
  pool: Pool,
  path: string,
): Promise<{ readonly text: string } | 'refused' | 'failed'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = () => {
      exchange.abort();
      resolve('refused');
    };
    const exchange = new Exchange(
      pool,
      { method: 'GET', head: pool.headOf('GET', path), body: Buffer.alloc(0) },
      {
        onHead: ({ status }) => {
          if (status !== 200) refuse();
        },
        onBody: (chunk) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length > maxBytes) refuse();
        },
        onEnd: () => resolve({ text: Buffer.concat(chunks).toString() }),
        onFailure: () => resolve('failed'),
      },
      timeouts,
    );
  });
}
