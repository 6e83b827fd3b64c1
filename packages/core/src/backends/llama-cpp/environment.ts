import { LlamactlError } from '@llamactl/contract';
import { shortened } from '../../support/shortened.js';
import { isInherited, isSafeVariable } from './environment-names.js';
import type { FlagTable } from './flag-table.js';
import { preferredName } from './option-names.js';

type Environment = Readonly<Record<string, string>>;

/**
 * The environment of a backend without what its instance adds: built from nothing, so that no secret of
 * ours gets there.
 * @param configured - From the configuration file, which may set anything.
 */
export function baseEnvironment(
  configured: Environment,
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const inherited = Object.entries(own).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && isInherited(pair[0]),
  );
  return {
    // Without it, a crash runs a debugger on the process, which takes seconds and floods the log.
    GGML_NO_BACKTRACE: '1',
    ...Object.fromEntries(inherited),
    ...configured,
  };
}

/**
 * Checks the variables of an instance.
 * @param allowEnv - Further names that the configuration allows; `PREFIX_*` for all that begin so.
 * @throws LlamactlError ENV_FORBIDDEN
 */
export function checkEnvironment(
  env: Environment,
  allowEnv: readonly string[],
  table: FlagTable | null,
): void {
  for (const [name, value] of Object.entries(env)) {
    const problem = problemOf(name, value, allowEnv, table);
    if (problem === null) continue;
    const path = `env.${shortened(name)}`;
    throw new LlamactlError('ENV_FORBIDDEN', `${path} ${problem.what}`, {
      details: problem.help,
      issues: [{ path, message: problem.what }],
    });
  }
}

function problemOf(
  name: string,
  value: string,
  allowEnv: readonly string[],
  table: FlagTable | null,
): { what: string; help: string } | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return { what: 'is not the name of a variable', help: 'Names are letters, digits and "_".' };
  if (value.includes('\0')) return { what: 'has a NUL byte', help: 'Remove the NUL byte.' };
  const isOption = /^LLAMA_(ARG_|API_KEY$)/.test(name);
  if (!isOption && isListed(name, allowEnv)) return null;
  const twin = table?.findVariable(name);
  if (isOption || twin !== undefined) {
    const where = twin === undefined ? 'options' : `options.${preferredName(twin)}`;
    return { what: 'is an option of llama-server', help: `Set ${where} instead.` };
  }
  if (isSafeVariable(name)) return null;
  return {
    what: 'is not on the safe list',
    help: `To allow it, add ${shortened(name)} to backends.llama-cpp.allow_env in the configuration file.`,
  };
}

function isListed(name: string, allowEnv: readonly string[]): boolean {
  return allowEnv.some((listed) =>
    listed.endsWith('*') ? name.startsWith(listed.slice(0, -1)) : name === listed,
  );
}
