import { randomBytes } from 'node:crypto';
import { chmod, link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LlamactlError } from '@llamactl/contract';
import { toDatabaseError } from '../storage/database-error.js';

/** Name of the file in the data folder. */
const fileName = 'jwt.secret';
const secretBytes = 32;

/** A secret that is good for this run alone. */
export function randomSecret(): Buffer {
  return randomBytes(secretBytes);
}

/**
 * The secret that the tokens of a data folder are signed with; made if there is none, for its owner alone
 * (0600).
 *
 * @throws LlamactlError STORAGE_ERROR, STORAGE_FULL
 */
export async function loadJwtSecret(dataDir: string): Promise<Buffer> {
  const file = join(dataDir, fileName);
  try {
    const secret = (await readSecret(file)) ?? (await createSecret(file));
    if (secret.length !== secretBytes) throw damaged(file);
    return secret;
  } catch (error) {
    throw toDatabaseError(error, file);
  }
}

async function readSecret(file: string): Promise<Buffer | undefined> {
  try {
    await chmod(file, 0o600);
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whoever comes second takes the one of the first; nobody sees half of it. */
async function createSecret(file: string): Promise<Buffer> {
  const draft = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(randomSecret());
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(file);
}

function damaged(file: string): LlamactlError {
  return new LlamactlError('STORAGE_ERROR', `${file} is not a secret of ${secretBytes} bytes.`, {
    details: 'Remove it; a new one is made at the next start, and everybody has to log in again.',
  });
}
