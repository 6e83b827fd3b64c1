import { access, constants, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cacheDir } from '../run/paths.mjs';
import { step } from '../run/step.mjs';
import { UserError } from './user-error.mjs';

/**
 * The model that was asked for, if any.
 * @param {string | undefined} given
 * @returns {Promise<string | null>} absolute path
 * @throws UserError when it is not a file that can be read
 */
export async function givenModel(given) {
  if (!given) return null;
  // npm runs scripts in the root, wherever it was called.
  const path = resolve(process.env.INIT_CWD ?? '.', given);
  try {
    await access(path, constants.R_OK);
    if ((await stat(path)).isFile()) return path;
  } catch {}
  throw new UserError(
    `MODEL=${path} is not a file that can be read.`,
    'Give the path of a GGUF file, or leave MODEL out for a tiny model made here.',
  );
}

/**
 * Makes a tiny model: it loads in milliseconds and says nonsense in English words.
 * @returns {Promise<string>} absolute path
 */
export async function makeModel() {
  const path = join(cacheDir, 'models', 'tiny.gguf');
  await step(`Making a tiny model (${path})`, async () => {
    // Only here, since nothing is built before.
    const { makeTinyGguf } = await import('@llamactl/testkit');
    await makeTinyGguf(path, { name: 'tiny' });
  });
  return path;
}
