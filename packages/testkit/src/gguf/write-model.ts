import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { alignment, headerBytes, tensorBytes } from './header.js';
import type { ModelShape } from './model-shape.js';
import { listTensors, type Tensor } from './tensors.js';
import { makeVocabulary } from './vocabulary.js';
import { makeRandom, weightBytes } from './weights.js';

/** How many numbers are made at a time: bounds the memory for models of any size. */
const numbersAtOnce = 2 ** 20;

/** Writes the model beside `path`, then renames it: nobody ever sees half a file. */
export async function writeModel(path: string, shape: ModelShape): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(unfinished, 'wx');
    try {
      await writeContents(file, shape);
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function writeContents(file: FileHandle, shape: ModelShape): Promise<void> {
  const vocabulary = makeVocabulary();
  const tensors = listTensors(shape, vocabulary);
  const random = makeRandom(shape.seed);
  await file.writeFile(headerBytes(shape, vocabulary, tensors));
  for (const tensor of tensors) await writeTensor(file, tensor, random);
}

async function writeTensor(file: FileHandle, tensor: Tensor, random: () => number): Promise<void> {
  const { columns, rows, type, fill } = tensor;
  const rowsAtOnce = Math.max(1, Math.floor(numbersAtOnce / columns));
  for (let firstRow = 0; firstRow < rows; firstRow += rowsAtOnce) {
    const range = { columns, firstRow, rows: Math.min(rowsAtOnce, rows - firstRow) };
    await file.writeFile(weightBytes(type, fill, range, random));
  }
  await file.writeFile(Buffer.alloc(-tensorBytes(tensor) & (alignment - 1)));
}
