import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { type ErrorCode, LlamactlError } from '@llamactl/contract';
import { hasErrno } from '../storage/storage-error.js';
import { shortened } from '../support/shortened.js';

/** What a model file is judged by. */
export interface CheckModelOptions {
  /** Folders that the file must lie in, after symlinks; empty for any. */
  readonly roots: readonly string[];
  /** Llamactl's own folder, in which only what lies in a root within it is a model. */
  readonly dataDir?: string | undefined;
  /** The field that names the file, for the error: `model_path`, `options.mmproj`. */
  readonly field: string;
}

/**
 * Checks a file that a backend is to load. Symlinks are followed; nothing is opened, so that a FIFO or a
 * device does no harm.
 * @throws LlamactlError MODEL_NOT_FOUND when there is no such file; MODEL_PATH_FORBIDDEN when the path is
 *   relative, not a readable regular file, outside the roots, in our own folder, or in /proc, /dev or /sys
 */
export async function checkModelFile(
  path: string,
  { roots, dataDir, field }: CheckModelOptions,
): Promise<void> {
  const refuse = (code: ErrorCode, what: string, details: string, cause?: unknown) =>
    new LlamactlError(code, `${field}: ${what}`, {
      details,
      issues: [{ path: field, message: what }],
      cause,
    });
  const forbid = (what: string, details: string, cause?: unknown) =>
    refuse('MODEL_PATH_FORBIDDEN', what, details, cause);

  const shown = shortened(path, longestShownPath);
  if (/\p{Cc}/u.test(path))
    throw forbid(
      'The path holds a NUL byte, a line break or another control character',
      renameHelp,
    );
  if (!isAbsolute(path))
    throw forbid(`"${shown}" is a relative path`, `Give the whole path, as in ${example(shown)}.`);

  const outside = () =>
    forbid(
      `${shown} lies outside the allowed folders`,
      `Move the file into one of ${roots.join(', ')}, or add its folder to models.roots in the configuration file.`,
    );

  const ours = () =>
    forbid(
      `${shown} lies in the data folder, which holds no models`,
      'Move the file elsewhere, or into a folder of its own in there that models.roots names.',
    );

  const file = await look(path).catch(async (error: unknown) => {
    // Whether a file exists elsewhere is nobody's business.
    if (!(await isWithin(resolve(path), roots))) throw outside();
    if (await isOurs(resolve(path), dataDir, roots)) throw ours();
    if (hasErrno(error, 'ENOENT', 'ENOTDIR'))
      throw refuse('MODEL_NOT_FOUND', `There is no file ${shown}`, notFoundHelp, error);
    throw forbid(`${shown} cannot be read (${codeOf(error)})`, readableHelp, error);
  });

  if (inSystemFolder(file.target))
    throw forbid(`${shown} is a file of the system, not a model`, regularHelp);
  if (!(await isWithin(file.target, roots))) throw outside();
  if (await isOurs(file.target, dataDir, roots)) throw ours();
  if (!file.isFile) throw forbid(`${shown} is ${file.kind}, not a regular file`, regularHelp);
  await access(file.target, constants.R_OK).catch((error: unknown) => {
    throw forbid(`${shown} cannot be read (${codeOf(error)})`, readableHelp, error);
  });
}

/** Of a path in a message; longer ones are nobody's. */
const longestShownPath = 1000;

const notFoundHelp = 'Check the spelling, and that the disk is mounted.';
const renameHelp = 'Rename the file, or correct the path.';
const readableHelp =
  'Give the user that llamactl runs as the right to read the file and to enter its folders.';
const regularHelp = 'Name a model file on disk; a link to one is fine.';

async function look(path: string) {
  const target = await realpath(path);
  const found = await stat(target);
  const kind = found.isDirectory()
    ? 'a folder'
    : found.isFIFO()
      ? 'a pipe'
      : found.isSocket()
        ? 'a socket'
        : 'a device';
  return { target, isFile: found.isFile(), kind };
}

async function isWithin(target: string, roots: readonly string[]): Promise<boolean> {
  if (roots.length === 0) return true;
  const real = await Promise.all(roots.map(realFolder));
  return real.some((root) => contains(root, target));
}

/** Whether a file lies among what we keep: keys, accounts, definitions, logs. */
async function isOurs(target: string, dataDir: string | undefined, roots: readonly string[]) {
  if (dataDir === undefined) return false;
  const folder = await realFolder(dataDir);
  if (!contains(folder, target)) return false;
  const real = await Promise.all(roots.map(realFolder));
  return !real.some((root) => root !== folder && contains(folder, root) && contains(root, target));
}

function realFolder(folder: string): Promise<string> {
  return realpath(folder).catch(() => resolve(folder));
}

function inSystemFolder(target: string): boolean {
  return ['/proc', '/dev', '/sys'].some((folder) => contains(folder, target));
}

function contains(folder: string, target: string): boolean {
  const way = relative(folder, target);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** Not where the path would lead: our own folder is nobody's business. */
function example(path: string): string {
  return path.startsWith('~') ? `/home/you${path.slice(1)}` : `/models/${basename(path)}`;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason';
}
