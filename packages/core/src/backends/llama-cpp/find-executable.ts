import { resolve } from 'node:path';
import { LlamactlError } from '@llamactl/contract';
import { findInPath, whyNotExecutable } from '../../process/find-in-path.js';

/**
 * The absolute path of a command: a path as it is (relative ones from the working folder), a bare name
 * looked up in `searchPath`.
 * @throws LlamactlError BACKEND_NOT_FOUND
 */
export async function findExecutable(command: string, searchPath?: string): Promise<string> {
  if (command.includes('\0')) throw notFound(`The command has a NUL byte`);
  if (command.includes('/')) return checkExecutable(resolve(command));
  const found = await findInPath(command, searchPath);
  if (found !== null) return found;
  throw notFound(`There is no program "${command}" in PATH`);
}

async function checkExecutable(path: string): Promise<string> {
  const problem = await whyNotExecutable(path);
  if (problem !== null) throw notFound(`${path} ${problem}`);
  return path;
}

/** An error that says that the backend cannot be run, and how to get one. */
export function notFound(what: string, cause?: unknown): LlamactlError {
  return new LlamactlError('BACKEND_NOT_FOUND', what, {
    details:
      'Install llama.cpp, or set backends.llama-cpp.command in the configuration file to the path of llama-server.',
    cause,
  });
}
