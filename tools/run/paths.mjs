import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What the tools download or make; ignored by git, safe to delete. */
export const cacheDir = join(root, '.cache');

/** Executables of the packages that the root depends on. */
export const binDir = join(root, 'node_modules', '.bin');
