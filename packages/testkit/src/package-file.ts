import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The absolute path of a file that this package ships beside its code, from `src` and `dist` alike. */
export function packageFile(...path: readonly string[]): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error('@llamactl/testkit: found no package.json');
    folder = dirname(folder);
  }
  return join(folder, ...path);
}
