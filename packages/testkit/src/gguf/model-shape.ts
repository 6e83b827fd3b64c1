/** What {@link makeTinyGguf} can vary. The same options always give the same bytes. */
export interface TinyGgufOptions {
  /** Seed of the random weights, 0 to 4294967295. Default 1. */
  readonly seed?: number;
  /** Transformer blocks, 1 to 200. More of them generate more slowly. Default 2. */
  readonly layers?: number;
  /** Embedding length: a multiple of 64, and of 128 from 512 on; 64 to 8192. Default 128. */
  readonly embd?: number;
  /** Context length, in tokens, that the file says it was trained for; 64 to 1048576. Default 4096. */
  readonly ctx?: number;
  /** Number format of the weight matrices. Default `f16`. */
  readonly type?: 'f16' | 'f32';
  /**
   * `never`: the end tokens are practically never sampled, so an answer has exactly the length
   * that was asked for. `normal`: they are as likely as other tokens, so an answer ends by itself.
   * Default `never`.
   */
  readonly eos?: 'never' | 'normal';
  /** `general.name` in the file. Default `tiny-llama-<layers>x<embd>`. */
  readonly name?: string;
}

/** A complete description of the model to write: options with defaults, and what follows from them. */
export interface ModelShape extends Required<TinyGgufOptions> {
  readonly architecture: string;
  readonly headSize: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly feedForward: number;
}

export function modelShape(options: TinyGgufOptions): ModelShape {
  const { seed = 1, layers = 2, embd = 128, ctx = 4096, type = 'f16', eos = 'never' } = options;
  requireInteger('seed', seed, 0, 2 ** 32 - 1);
  requireInteger('layers', layers, 1, 200);
  requireInteger('embd', embd, 64, 8192);
  requireInteger('ctx', ctx, 64, 2 ** 20);
  const headSize = embd < 512 ? 32 : 64;
  // Two query heads share a key head, so the number of query heads is even.
  if (embd % (2 * headSize) !== 0) {
    throw new RangeError(`embd must be a multiple of ${2 * headSize}, not ${embd}`);
  }
  const heads = embd / headSize;
  const name = options.name ?? `tiny-llama-${layers}x${embd}`;
  return {
    ...{ seed, layers, embd, ctx, type, eos, name },
    ...{ architecture: 'llama', headSize, heads, kvHeads: heads / 2, feedForward: 2 * embd },
  };
}

function requireInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, not ${value}`);
  }
}
