import { realpath, stat } from 'node:fs/promises';
import { LlamactlError } from '@llamactl/contract';
import { isResourceShortage } from '../../process/resource-shortage.js';
import { runForOutput } from '../../process/run-for-output.js';
import { SecretMask } from '../../support/secret-mask.js';
import { secretValues } from '../../support/secrets.js';
import { notFound } from './find-executable.js';
import { type FlagTable, parseFlagTable } from './flag-table.js';

/** What an installed llama-server says of itself. */
export interface Build {
  /** As in `0.7.0 (build 11669, commit Debian)`; null when it does not tell. */
  readonly version: string | null;
  readonly flags: FlagTable;
}

/** How to ask an executable. */
export interface BuildQuery {
  /** Absolute path. */
  readonly file: string;
  /** Arguments before our own. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Settings of {@link createBuildReader}. */
export interface BuildReaderOptions {
  /** Time for `--help` and `--version`, in milliseconds. Default: 10 000. */
  readonly timeoutMs?: number;
}

/** How many builds are remembered; instances with commands of their own each have one. */
const maxBuilds = 32;

/** `--help` of a current build is 60 kB. */
const maxOutputBytes = 2 * 1024 * 1024;

/**
 * Returns a function that asks an executable for its flags and version, once per build: the same file,
 * size and time of change. Callers at the same time share one run.
 *
 * The function throws LlamactlError BACKEND_NOT_FOUND when the program fails or is no
 * llama-server, RESOURCE_EXHAUSTED when the machine cannot run it now.
 */
export function createBuildReader({ timeoutMs = 10_000 }: BuildReaderOptions = {}) {
  const builds = new Map<string, Promise<Build>>();
  return async (query: BuildQuery): Promise<Build> => {
    const key = await identityOf(query);
    const known = builds.get(key);
    if (known !== undefined) return known;
    const reading = readBuild(query, timeoutMs);
    builds.set(key, reading);
    for (const oldest of builds.keys()) {
      if (builds.size <= maxBuilds) break;
      builds.delete(oldest);
    }
    // A failure may pass, so it is not remembered.
    reading.catch(() => builds.delete(key));
    return reading;
  };
}

async function identityOf({ file, args }: BuildQuery): Promise<string> {
  try {
    const target = await realpath(file);
    const { mtimeMs, size } = await stat(target);
    return JSON.stringify([file, target, mtimeMs, size, args]);
  } catch (error) {
    throw notFound(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
}

async function readBuild(query: BuildQuery, timeoutMs: number): Promise<Build> {
  const { file, env } = query;
  const [help, version] = await Promise.all([
    ask(query, '--help', timeoutMs),
    ask(query, '--version', timeoutMs),
  ]);
  const output = `${help.stdout}\n${help.stderr}`;
  if (help.problem !== null) throw notFound(`${file} --help ${help.problem}${quoted(output, env)}`);
  const flags = parseFlagTable(help.stdout);
  const missing = ['--host', '--port', '--model'].filter((flag) => flags.find(flag) === undefined);
  if (missing.length > 0)
    throw notFound(
      `${file} is no llama-server: its help has no ${missing.join(', ')}${quoted(output, env)}`,
    );
  const text = `${version.stdout}\n${version.stderr}`;
  return { version: /^version: (.+)$/m.exec(text)?.[1]?.trim() ?? null, flags };
}

async function ask({ file, args, env }: BuildQuery, flag: string, timeoutMs: number) {
  try {
    const request = { file, args: [...args, flag], env, timeoutMs, maxBytes: maxOutputBytes };
    return await runForOutput(request);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    if (!isResourceShortage(error)) throw notFound(`${file} could not be started (${code})`, error);
    throw new LlamactlError('RESOURCE_EXHAUSTED', `${file} could not be started (${code})`, {
      details: 'Stop other programs or raise the limits for processes and open files.',
      cause: error,
    });
  }
}

function quoted(output: string, env: BuildQuery['env']): string {
  const secrets = new SecretMask();
  secrets.hide(secretValues(env));
  const lines = secrets
    .mask(output)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const shown = lines.slice(0, 5).map((line) => line.slice(0, 200).replace(/\p{Cc}/gu, ' '));
  return shown.length === 0 ? '' : `; it said: ${shown.join(' / ')}`;
}
