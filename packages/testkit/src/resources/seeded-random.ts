import { makeRandom } from '../gguf/weights.js';

/** Numbers from 0 to below 1, the same ones for the same seed. */
export function seededRandom(seed: number): () => number {
  const next = makeRandom(seed);
  return () => next() / 2 ** 32;
}
