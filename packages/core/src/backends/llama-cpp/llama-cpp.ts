import { LlamactlError } from '@llamactl/contract';
import { checkModelFile } from '../../models/check-model.js';
import { secretValues } from '../../support/secrets.js';
import type { Backend, BackendContext, BackendInput, Launch, LaunchContext } from '../backend.js';
import { type Build, createBuildReader } from './build.js';
import { type CheckedDefinition, checkDefinition, checkNames } from './check-definition.js';
import { diagnose } from './diagnose.js';
import { baseEnvironment, checkEnvironment } from './environment.js';
import { findExecutable } from './find-executable.js';
import { isReady } from './is-ready.js';
import { keysOf, keyVariable } from './keys.js';
import { parseLogLine } from './log-line.js';
import { managedArguments } from './managed-arguments.js';
import { secretVariables } from './option-families.js';
import { optionName } from './option-names.js';
import { probe } from './probe.js';
import { askForWork } from './work.js';

/** Settings of {@link llamaCpp}, decided by who runs the machine; instances cannot change them. */
export interface LlamaCppOptions {
  /** Path of llama-server, or a name in PATH. Default: `llama-server`. */
  readonly command?: string;
  /** Arguments for every instance, before its own. Not checked. */
  readonly args?: readonly string[];
  /** Variables for every instance. Not checked. */
  readonly env?: Readonly<Record<string, string>>;
  /** Options that are refused by default, such as `rpc` or `slot_save_path`, and that instances may set. */
  readonly allowOptions?: readonly string[];
  /** Variables that instances may set beside the safe list; `PREFIX_*` for all that begin so. */
  readonly allowEnv?: readonly string[];
  /** Whether instances may name an executable of their own. Default: false. */
  readonly allowCommand?: boolean;
}

/**
 * The backend that runs llama.cpp's `llama-server`. What it takes as options is read from the installed
 * build's own `--help`, once per build.
 */
export function llamaCpp(options: LlamaCppOptions = {}): Backend {
  const {
    command = 'llama-server',
    args = [],
    env = {},
    allowOptions = [],
    allowEnv = [],
    allowCommand = false,
  } = options;
  const readBuild = createBuildReader();

  async function installed(input: BackendInput): Promise<Build & { file: string }> {
    const environment = baseEnvironment(env);
    const file = await findExecutable(input.command ?? command, environment.PATH);
    return { file, ...(await readBuild({ file, args, env: environment })) };
  }

  /** The checks that need no executable, in the order in which people fill in the fields. */
  async function checkFields(
    input: BackendInput,
    { modelRoots, dataDir }: BackendContext,
  ): Promise<void> {
    if (input.command !== null && !allowCommand) throw commandForbidden();
    await checkModelFile(input.model_path, { roots: modelRoots, dataDir, field: 'model_path' });
  }

  const checkAll = (input: BackendInput, { modelRoots, dataDir }: BackendContext, build: Build) => {
    checkEnvironment(input.env, allowEnv, build.flags);
    return checkDefinition(input, build.flags, { allowOptions, modelRoots, dataDir });
  };

  return {
    secretOptions: new Set([...secretVariables.keys()].map(optionName)),
    secretValues: secretValues(env),

    async check(input, context) {
      await checkFields(input, context);
      const build = await installed(input).catch((error: unknown) => {
        if (LlamactlError.is(error, 'BACKEND_NOT_FOUND')) return null;
        throw error;
      });
      if (build !== null) {
        await checkAll(input, context, build);
        return;
      }
      checkEnvironment(input.env, allowEnv, null);
      await checkNames(input, { allowOptions, ...context });
    },

    async launch(input: BackendInput, context: LaunchContext): Promise<Launch> {
      await checkFields(input, context);
      const build = await installed(input);
      const definition: CheckedDefinition = await checkAll(input, context, build);
      const settings = { host: context.host, port: context.port, modelPath: input.model_path };
      const environment = { ...baseEnvironment(env), ...input.env, ...definition.env };
      const keys = keysOf(environment, context.runKey, build.flags);
      const [key] = keys;
      return {
        file: build.file,
        args: [
          ...args,
          ...managedArguments(settings, definition.assignments, build.flags),
          ...definition.args,
        ],
        env: key === undefined ? environment : { ...environment, [keyVariable]: keys.join(',') },
        ...(key !== undefined && { key }),
      };
    },

    parseLine: parseLogLine,
    isReady,
    probe,
    work: askForWork,
    diagnose,
  };
}

function commandForbidden(): LlamactlError {
  return new LlamactlError('COMMAND_FORBIDDEN', 'An own command is not allowed', {
    details:
      'Leave command out, or set backends.llama-cpp.allow_command to true in the configuration file.',
    issues: [{ path: 'command', message: 'is not allowed by the configuration' }],
  });
}
