import { join } from 'node:path';
import { defaultCacheDir } from './cache-dir.js';
import { installFromDebian, whyNotDebian } from './install-from-debian.js';
import { llamaServerInstallHint } from './install-hint.js';
import { whyNotRunning } from './runs.js';
import { isExecutable, searchPath } from './search-path.js';

/** Options of {@link findLlamaServer}. */
export interface FindLlamaServerOptions {
  /**
   * Folder of the server that is taken from Debian. Default: `.cache/llama-server` in the nearest
   * pnpm workspace above the working folder, else `llamactl/llama-server` in the user's cache folder.
   */
  readonly cacheDir?: string;
  /** Whether it may be taken from Debian (about 23 MB to download, 50 MB on disk). Default true. */
  readonly install?: boolean;
  /** Gets a line now and then: progress, and what was passed over. Default: nothing is said. */
  readonly log?: (line: string) => void;
  /** Where `LLAMA_SERVER` and `PATH` are looked up. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A llama-server that runs on this machine. */
export interface FoundLlamaServer {
  /** Path of the executable; absolute, unless `LLAMA_SERVER` or `PATH` has it otherwise. */
  readonly path: string;
  /** Where it was found; `debian` means that it was unpacked just now. */
  readonly source: 'LLAMA_SERVER' | 'PATH' | 'cache' | 'debian';
}

type Search = Required<FindLlamaServerOptions>;

/**
 * Finds a real llama-server for tests, and on Debian gets one if there is none. In this order: the
 * program that the variable `LLAMA_SERVER` names, `llama-server` on PATH, the cache folder, and
 * on Debian 12 or later (amd64, arm64) the archive, which needs neither root nor changes the system.
 * Every candidate must have answered `--version`.
 *
 * @throws Error when `LLAMA_SERVER` names something that does not run, or when there is no server;
 * the message says what was tried and how to install one.
 *
 * @example
 * ```ts
 * const { path } = await findLlamaServer({ log: console.error });
 * ```
 */
export async function findLlamaServer(
  options: FindLlamaServerOptions = {},
): Promise<FoundLlamaServer> {
  const env = options.env ?? process.env;
  const { cacheDir = defaultCacheDir(env), install = true, log = () => {} } = options;
  const search: Search = { env, cacheDir, install, log };
  return (
    (await fromVariable(search)) ??
    (await fromPath(search)) ??
    (await fromCache(search)) ??
    (await fromDebian(search))
  );
}

async function fromVariable({ env }: Search): Promise<FoundLlamaServer | undefined> {
  const path = env.LLAMA_SERVER;
  if (!path) return undefined;
  const problem = await whyNotRunning(path);
  if (problem) throw new Error(`LLAMA_SERVER is ${path}, which does not run: ${problem}`);
  return { path, source: 'LLAMA_SERVER' };
}

async function fromPath({ env, log }: Search): Promise<FoundLlamaServer | undefined> {
  const path = await searchPath(executableName, env.PATH);
  return path === undefined ? undefined : found({ path, source: 'PATH' }, log);
}

async function fromCache({ cacheDir, log }: Search): Promise<FoundLlamaServer | undefined> {
  const path = join(cacheDir, executableName);
  return (await isExecutable(path)) ? found({ path, source: 'cache' }, log) : undefined;
}

async function found(
  server: FoundLlamaServer,
  log: (line: string) => void,
): Promise<FoundLlamaServer | undefined> {
  const problem = await whyNotRunning(server.path);
  if (problem) log(`passed over ${server.path}, which does not run: ${problem}`);
  return problem ? undefined : server;
}

async function fromDebian({ env, cacheDir, install, log }: Search): Promise<FoundLlamaServer> {
  const obstacle = install ? await whyNotDebian(env) : 'installing was not allowed';
  if (obstacle) throw notFound(cacheDir, `Debian's archive was not asked, since ${obstacle}`);
  try {
    return { path: await installFromDebian(cacheDir, env, log), source: 'debian' };
  } catch (error) {
    throw notFound(cacheDir, (error as Error).message, error);
  }
}

function notFound(cacheDir: string, reason: string, cause?: unknown): Error {
  return new Error(
    `found no llama-server that runs: not in the variable LLAMA_SERVER, on PATH or in ${cacheDir}; ` +
      `${reason}\n${llamaServerInstallHint()}`,
    { cause },
  );
}

const executableName = process.platform === 'win32' ? 'llama-server.exe' : 'llama-server';
