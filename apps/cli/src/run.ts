import { LlamactlClientError } from '@llamactl/client';
import packageJson from '../package.json' with { type: 'json' };
import { parseArguments, type Request } from './arguments/parse-arguments.js';
import { UsageError } from './arguments/usage-error.js';
import { CliError } from './cli-error.js';
import type { Env, Io } from './io.js';
import { failure } from './print/failure.js';
import { commandHelp, groupHelp, help, shortHelp, usage } from './print/help.js';
import { printable } from './print/printable.js';
import { connect } from './sessions/connect.js';

/** Does what the arguments say and gives the exit code: 0 done, 1 failed, 2 not understood. */
export async function run(argv: readonly string[], io: Io, env: Env): Promise<number> {
  try {
    return await perform(parseArguments(argv), io, env);
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`error: ${error.message}\n${usageHint(error)}`);
      return 2;
    }
    if (error instanceof CliError) {
      io.err(`error: ${printable(error.message)}\n${error.details && `  ${error.details}\n`}`);
      return 1;
    }
    if (!LlamactlClientError.is(error)) throw error;
    io.err(failure(error));
    return 1;
  }
}

async function perform(request: Request, io: Io, env: Env): Promise<number> {
  if (request.kind === 'version') {
    io.out(`${packageJson.version}\n`);
    return 0;
  }
  if (request.kind === 'help') {
    io.out(helpOf(request.about));
    return 0;
  }
  const { command, words, flags } = request;
  const connected = connect(command, flags, env);
  const name = words[0] ?? '';
  return await command.run({ ...connected, io, flags, json: flags.has('json'), words, name });
}

function helpOf(about: Extract<Request, { kind: 'help' }>['about']): string {
  if (about === null) return help();
  return typeof about === 'string' ? groupHelp(about) : commandHelp(about);
}

function usageHint({ command }: UsageError): string {
  if (command === null) return shortHelp();
  return `Usage: ${usage(command)}\nHelp: llamactl ${command.name} --help\n`;
}
