import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { LlamactlError } from '@llamactl/contract';

/**
 * The absolute path of a command: a path as it is (relative ones from the working folder), a bare name
 * looked up in `searchPath`.
 * @throws LlamactlError BACKEND_NOT_FOUND
 */
export async function findExecutable(
  command: string,
  searchPath: string = process.env.PATH ?? '',
): Promise<string> {
  if (command.includes('\0')) throw notFound(`The command has a NUL byte`);
  if (command.includes('/')) return checkExecutable(resolve(command));
  for (const folder of searchPath.split(delimiter)) {
    const candidate = resolve(join(folder, command));
    if (folder !== '' && (await whyNotExecutable(candidate)) === null) return candidate;
  }
  throw notFound(`There is no program "${command}" in PATH`);
}

async function checkExecutable(path: string): Promise<string> {
  const problem = await whyNotExecutable(path);
  if (problem !== null) throw notFound(`${path} ${problem}`);
  return path;
}

async function whyNotExecutable(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isFile()) return 'is not a file';
    await access(path, constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' ? 'is not executable' : 'does not exist';
  }
}

/** An error that says that the backend cannot be run, and how to get one. */
export function notFound(what: string, cause?: unknown): LlamactlError {
  return new LlamactlError('BACKEND_NOT_FOUND', what, {
    details:
      'Install llama.cpp, or set backends.llama-cpp.command in the configuration file to the path of llama-server.',
    cause,
  });
}
