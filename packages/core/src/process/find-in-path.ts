import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

/** The absolute path of the program that a bare name means; null when no folder of the search path has it. */
export async function findInPath(
  name: string,
  searchPath: string = process.env.PATH ?? '',
): Promise<string | null> {
  for (const folder of searchPath.split(delimiter)) {
    const candidate = resolve(join(folder, name));
    if (folder !== '' && (await whyNotExecutable(candidate)) === null) return candidate;
  }
  return null;
}

/** What is wrong with a path as that of a program, as in "is not a file"; null when nothing is. */
export async function whyNotExecutable(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isFile()) return 'is not a file';
    await access(path, constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' ? 'is not executable' : 'does not exist';
  }
}
