import { access, constants, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cacheDir } from '../run/paths.mjs';
import { step } from '../run/step.mjs';
import { UserError } from './user-error.mjs';

/**
 * The model of MODEL, or a tiny one made here: it loads in milliseconds and says nonsense in English words.
 * @param {AbortSignal} signal
 * @returns {Promise<string>} absolute path
 */
export async function chooseModel(signal) {
  const given = process.env.MODEL;
  if (given) return checkedModel(resolve(process.env.INIT_CWD ?? '.', given));
  const path = join(cacheDir, 'models', 'tiny.gguf');
  await step(`Making a tiny model (${path})`, async () => {
    // Only here, since nothing is built before.
    const { makeTinyGguf } = await import('@llamactl/testkit');
    await makeTinyGguf(path, { name: 'tiny' });
    signal.throwIfAborted();
  });
  return path;
}

/** @param {string} path */
async function checkedModel(path) {
  try {
    await access(path, constants.R_OK);
    if ((await stat(path)).isFile()) return path;
  } catch {}
  throw new UserError(
    `MODEL=${path} is not a file that can be read.`,
    'Give the path of a GGUF file, or leave MODEL out for a tiny model made here.',
  );
}
