import type { ModelShape } from './model-shape.js';
import type { Vocabulary } from './vocabulary.js';
import type { Fill } from './weights.js';

export interface Tensor {
  readonly name: string;
  /** Length of a row. */
  readonly columns: number;
  readonly rows: number;
  /** Vectors have one dimension in the file, matrices two. */
  readonly dimensions: 1 | 2;
  readonly type: 'f16' | 'f32';
  readonly fill: Fill;
}

// Every token's embedding starts with this constant, so the first component of what reaches the
// output matrix is always clearly positive; a negative weight there makes a token improbable.
const embeddingStart = 4;
const improbable = -6;

/** All tensors of the model, in the order of the file. */
export function listTensors(shape: ModelShape, vocabulary: Vocabulary): Tensor[] {
  const { embd, layers, type } = shape;
  const { tokens, unprintable, endings } = vocabulary;
  const avoided = new Set(shape.eos === 'never' ? [...unprintable, ...endings] : unprintable);
  const tokenMatrix = (name: string, fill: Fill): Tensor => ({
    ...{ name, columns: embd, rows: tokens.length, dimensions: 2, type, fill },
  });
  return [
    tokenMatrix('token_embd.weight', {
      kind: 'noise',
      scale: 1,
      firstColumn: () => embeddingStart,
    }),
    ...Array.from({ length: layers }, (_, layer) => blockTensors(shape, `blk.${layer}`)).flat(),
    ones('output_norm.weight', embd),
    tokenMatrix('output.weight', {
      kind: 'noise',
      scale: 2 * evenScale(embd),
      firstColumn: (token) => (avoided.has(token) ? improbable : 0),
    }),
  ];
}

function blockTensors(shape: ModelShape, block: string): Tensor[] {
  const { embd, feedForward, type, layers } = shape;
  const keyLength = shape.kvHeads * shape.headSize;
  // What a block adds is kept small, so that deep models behave like shallow ones.
  const gain = 0.3 / Math.sqrt(2 * layers);
  const matrix = (name: string, columns: number, rows: number, factor = 1): Tensor => ({
    ...{ name: `${block}.${name}.weight`, columns, rows, dimensions: 2, type },
    fill: { kind: 'noise', scale: factor * evenScale(columns) },
  });
  return [
    ones(`${block}.attn_norm.weight`, embd),
    matrix('attn_q', embd, embd),
    matrix('attn_k', embd, keyLength),
    matrix('attn_v', embd, keyLength),
    matrix('attn_output', embd, embd, gain),
    ones(`${block}.ffn_norm.weight`, embd),
    matrix('ffn_gate', embd, feedForward),
    matrix('ffn_up', embd, feedForward),
    matrix('ffn_down', feedForward, embd, gain),
  ];
}

function ones(name: string, columns: number): Tensor {
  return { name, columns, rows: 1, dimensions: 1, type: 'f32', fill: { kind: 'ones' } };
}

/** The width of uniform noise that keeps a vector's size through a matrix of that many columns. */
function evenScale(columns: number): number {
  return Math.sqrt(3 / columns);
}
