import { modelShape, type TinyGgufOptions } from './model-shape.js';
import { writeModel } from './write-model.js';

/**
 * Writes a small, valid GGUF model of the `llama` architecture with random weights. A real
 * llama-server loads it in milliseconds, completes text, chats and embeds; what it says is nonsense
 * made of English words.
 *
 * The default is about 0.9 MB. `{ layers: 60, embd: 64 }` (5 MB) generates some twenty times more
 * slowly, `{ layers: 10, embd: 1024 }` (190 MB) also takes longer to load.
 *
 * The file appears complete or not at all; missing folders are made.
 *
 * @param path - Where to write the file.
 * @returns `path`.
 * @throws RangeError when an option is out of range.
 *
 * @example
 * ```ts
 * const model = await makeTinyGguf(join(dir.path, 'model.gguf'), { seed: 7 });
 * ```
 */
export async function makeTinyGguf(path: string, options: TinyGgufOptions = {}): Promise<string> {
  await writeModel(path, modelShape(options));
  return path;
}
