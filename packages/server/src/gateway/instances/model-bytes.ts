import { stat } from 'node:fs/promises';

/** More parts than any model has. */
const mostParts = 1_000;

/**
 * Size of a model's file, or of all of its parts (`…-00001-of-00003.gguf`), in bytes; null when it is not there or no
 * regular file.
 */
export async function modelBytes(path: string): Promise<number | null> {
  const sizes = await Promise.all(partsOf(path).map(sizeOf));
  return sizes.reduce((sum, size) => (sum === null || size === null ? null : sum + size), 0);
}

function partsOf(path: string): string[] {
  const [, start, count] = /^(.*-)\d{5}-of-(\d{5})\.gguf$/s.exec(path) ?? [];
  const parts = Number(count);
  if (start === undefined || !(parts > 0 && parts <= mostParts)) return [path];
  return Array.from({ length: parts }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    return `${start}${number}-of-${count}.gguf`;
  });
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : null;
}
