import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder that goes when it is disposed of. */
export interface TempDir extends AsyncDisposable {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Removes the folder and all in it; may be called again. */
  remove(): Promise<void>;
}

/**
 * Makes a fresh folder in the system's temporary folder.
 *
 * @param prefix - Start of the folder's name. Default `llamactl-`.
 *
 * @example
 * ```ts
 * await using dir = await tempDir();
 * await makeTinyGguf(join(dir.path, 'model.gguf'));
 * ```
 */
export async function tempDir(prefix = 'llamactl-'): Promise<TempDir> {
  const path = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  // Retries: a process that is just ending may still write a last file.
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  return { path, remove, [Symbol.asyncDispose]: remove };
}
