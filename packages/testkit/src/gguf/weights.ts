import { halfFloatBits } from './half-float.js';

/** How the numbers of a tensor are made, row by row. */
export type Fill =
  | { readonly kind: 'ones' }
  | {
      readonly kind: 'noise';
      /** The noise is uniform between minus and plus this. */
      readonly scale: number;
      /** Replaces the first number of a row. */
      readonly firstColumn?: (row: number) => number;
    };

export interface RowRange {
  readonly columns: number;
  readonly firstRow: number;
  readonly rows: number;
}

type Encoding = { readonly bits: (value: number) => number; readonly make: typeof makeHalves };

const makeHalves = (length: number): Uint16Array | Float32Array => new Uint16Array(length);
const encodings: Record<'f16' | 'f32', Encoding> = {
  f16: { bits: halfFloatBits, make: makeHalves },
  f32: { bits: (value) => value, make: (length) => new Float32Array(length) },
};

const levels = 4096;

/** The bytes of some rows of a tensor. `random` gives whole numbers of 32 bits. */
export function weightBytes(
  type: 'f16' | 'f32',
  fill: Fill,
  { columns, firstRow, rows }: RowRange,
  random: () => number,
): Buffer {
  const { bits, make } = encodings[type];
  const data = make(columns * rows);
  if (fill.kind === 'ones') data.fill(bits(1));
  else {
    const table = make(levels);
    for (let level = 0; level < levels; level++) {
      table[level] = bits(fill.scale * ((2 * level + 1) / levels - 1));
    }
    for (let index = 0; index < data.length; index++) {
      data[index] = table[random() % levels] as number;
    }
    for (let row = 0; fill.firstColumn && row < rows; row++) {
      data[row * columns] = bits(fill.firstColumn(firstRow + row));
    }
  }
  return Buffer.from(data.buffer);
}

/** A seeded source of whole numbers of 32 bits (mulberry32). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
