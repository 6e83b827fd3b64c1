import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { makeTinyGguf } from './make-tiny-gguf.js';
import { modelShape } from './model-shape.js';
import { makeRandom } from './weights.js';
import { writeModel } from './write-model.js';

/**
 * The ways in which a model file can be unusable:
 * - `empty`: no bytes at all;
 * - `garbage`: random bytes, not a GGUF file;
 * - `truncated`: a good file of which the second half is missing, as after a broken download;
 * - `wrong-version`: a good file that says it has GGUF version 99;
 * - `unknown-architecture`: a good file of an architecture that no server knows.
 */
export type CorruptGgufKind =
  | 'empty'
  | 'garbage'
  | 'truncated'
  | 'wrong-version'
  | 'unknown-architecture';

const makers: Record<CorruptGgufKind, (path: string) => Promise<void>> = {
  empty: (path) => writeFile(path, ''),
  garbage: (path) => writeFile(path, garbage()),
  truncated: async (path) => {
    await makeTinyGguf(path);
    await truncate(path, Math.floor((await readFile(path)).length / 2));
  },
  'wrong-version': async (path) => {
    await makeTinyGguf(path);
    const file = await open(path, 'r+');
    await file.write(Buffer.of(99), 0, 1, 4);
    await file.close();
  },
  'unknown-architecture': (path) =>
    writeModel(path, { ...modelShape({}), architecture: 'imaginary' }),
};

/**
 * Writes a file that llama-server refuses to load (it exits with 1), the same bytes every time.
 *
 * @param path - Where to write the file; its folder must exist.
 * @param kind - What is wrong with it. Default `truncated`.
 * @returns `path`.
 */
export async function makeCorruptGguf(
  path: string,
  kind: CorruptGgufKind = 'truncated',
): Promise<string> {
  await makers[kind](path);
  return path;
}

function garbage(): Buffer {
  const random = makeRandom(1);
  return Buffer.from(Array.from({ length: 65_536 }, () => random() & 0xff));
}
