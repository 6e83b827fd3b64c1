import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Absolute path of a file that the build makes.
 * @throws Error when nothing was built
 */
export function builtFile(path: string): string {
  const file = `${root}${path}`;
  if (!existsSync(file)) {
    throw new Error(`${path} is missing: build first, with \`npm run build\` in the root`);
  }
  return file;
}
