import { LlamactlClient, LlamactlClientError } from '@llamactl/client';
import packageJson from '../package.json' with { type: 'json' };
import { parseArguments, type Request } from './arguments/parse-arguments.js';
import { UsageError } from './arguments/usage-error.js';
import type { Env, Io } from './io.js';
import { failure } from './print/failure.js';
import { commandHelp, help, shortHelp, usage } from './print/help.js';

const defaultServer = 'http://localhost:8080';

/** Does what the arguments say and gives the exit code: 0 done, 1 failed, 2 not understood. */
export async function run(argv: readonly string[], io: Io, env: Env): Promise<number> {
  try {
    return await perform(parseArguments(argv), io, env);
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`error: ${error.message}\n${usageHint(error)}`);
      return 2;
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
    io.out(request.command === null ? help() : commandHelp(request.command));
    return 0;
  }
  const { command, name, flags } = request;
  const client = new LlamactlClient({
    baseUrl: flags.text('server') ?? (env.LLAMACTL_URL || defaultServer),
    token: env.LLAMACTL_TOKEN,
  });
  return await command.run({ client, io, flags, json: flags.has('json'), name });
}

function usageHint({ command }: UsageError): string {
  if (command === null) return shortHelp();
  return `Usage: ${usage(command)}\nHelp: llamactl ${command.name} --help\n`;
}
