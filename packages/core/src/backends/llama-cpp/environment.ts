import { LlamactlError } from '@llamactl/contract';
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
    const forbid = (what: string, details: string) =>
      new LlamactlError('ENV_FORBIDDEN', `env.${name.slice(0, 80)} ${what}`, {
        details,
        issues: [{ path: `env.${name}`, message: what }],
      });
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw forbid('is not the name of a variable', 'Names are letters, digits and "_".');
    if (value.includes('\0')) throw forbid('has a NUL byte', 'Remove the NUL byte.');
    const twin = table?.findVariable(name);
    if (twin !== undefined || /^LLAMA_(ARG_|API_KEY$)/.test(name))
      throw forbid(
        'is an option of llama-server',
        twin === undefined
          ? 'Set options in options, not in env.'
          : `Set options.${preferredName(twin)} instead.`,
      );
    if (!isSafeVariable(name) && !isListed(name, allowEnv))
      throw forbid(
        'is not on the safe list',
        `To allow it, add ${name} to backends.llama-cpp.allow_env in the configuration file.`,
      );
  }
}

function isListed(name: string, allowEnv: readonly string[]): boolean {
  return allowEnv.some((listed) =>
    listed.endsWith('*') ? name.startsWith(listed.slice(0, -1)) : name === listed,
  );
}
