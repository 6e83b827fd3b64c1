import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from './atomic-write.js';
import { toStorageError } from './storage-error.js';

const fileName = 'owner';

/**
 * Text that stands for one data folder in the environment of what is started from it. It is made of
 * random text in the folder and of where the folder lies, so that neither a copy of the folder nor
 * another one in its place has the same.
 *
 * @throws LlamactlError STORAGE_FULL, STORAGE_ERROR
 */
export async function ownerMark(dir: string): Promise<string> {
  try {
    const file = join(dir, fileName);
    let text = await readFile(file, 'utf8').catch(() => '');
    if (!/^[0-9a-f]{32}\n$/.test(text)) {
      text = `${randomBytes(16).toString('hex')}\n`;
      await writeFileAtomic(file, text);
    }
    const { dev, ino } = await stat(dir, { bigint: true });
    const hash = createHash('sha256').update(`${text}${dev}:${ino}`).digest('hex');
    return `${hash.slice(0, 16)}-`;
  } catch (error) {
    throw toStorageError(error, 'mark the data folder as ours');
  }
}
