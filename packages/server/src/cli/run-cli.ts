import { LlamactlError } from '@llamactl/contract';
import { type NewPassword, resetPassword } from '../auth/reset-password.js';
import { type ConfigSource, configOf, readCurrent } from '../config/config-source.js';
import { openDataFolder } from '../config/data-folder.js';
import { startServer } from '../create-server.js';
import { createLogger, type Logger } from '../log/logger.js';
import type { LlamactlServer } from '../options.js';
import { platformNotice } from '../system/platform-notice.js';
import { packageVersion } from '../system/version.js';
import { helpText } from './help-text.js';
import { checkConfiguration, printConfiguration } from './inspect-config.js';
import { type Arguments, parseArguments, UsageError } from './parse-arguments.js';
import { programSourceOf } from './program-source-of.js';

/**
 * Runs the server until a signal ends it. Resolves to the exit code: 0 when it was asked to end, 1 when
 * it could not start or its configuration is wrong, 2 for a wrong command line.
 */
export async function runCli(): Promise<number> {
  // Whoever read our output may be gone; that is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    const options = parseArguments(process.argv.slice(2));
    if (options.help) process.stdout.write(helpText);
    else if (options.version) process.stdout.write(`${packageVersion()}\n`);
    else if (options.checkConfig) return await checkConfiguration(programSourceOf(options));
    else if (options.printConfig) return await printConfiguration(programSourceOf(options));
    else if (options.resetPassword !== undefined) {
      await reset(programSourceOf(options), options.resetPassword);
    } else await serve(options);
    return 0;
  } catch (error) {
    process.stderr.write(`llamactl-server: ${explain(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function serve(options: Arguments): Promise<void> {
  const logger = createLogger(options.logLevel, (line) => process.stderr.write(line));
  exitOnInternalError(logger);
  const notice = platformNotice(process.platform);
  if (notice !== null) logger.warn(notice);
  const signals = watchSignals();
  const onAdminPassword = (password: string) => printPassword({ username: 'admin', password });
  const server = await startServer({ logger, onAdminPassword }, programSourceOf(options));
  process.stdout.write(`listening on ${server.url}\n`);
  await signals.closeAfterSignal(server, logger);
}

/** Beside a server that runs or without one: the lock of the data folder is for those who run instances. */
async function reset(source: ConfigSource, username: string): Promise<void> {
  const { data_dir } = configOf(await readCurrent(source));
  // The program always has a data folder.
  const { database } = await openDataFolder(String(data_dir));
  try {
    await resetPassword(database.open(), username, printPassword);
  } finally {
    database.close();
  }
}

/** The only place that a password ever comes out at. */
function printPassword({ username, password }: NewPassword): void {
  process.stdout.write(`${username} password: ${password}\n`);
}

/** Listens for signals from now on, so that none is lost while the server starts. */
function watchSignals() {
  let count = 0;
  let onSignal: (() => void) | undefined;
  const take = () => {
    count += 1;
    onSignal?.();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, take);
  return {
    closeAfterSignal: (server: LlamactlServer, logger: Logger) =>
      new Promise<void>((resolve, reject) => {
        onSignal = () => {
          if (count === 0) return;
          const force = count > 1;
          logger.info(force ? 'stopping at once' : 'stopping; another signal hurries');
          server.close({ force }).then(resolve, reject);
        };
        onSignal();
      }),
  };
}

/** What the program believes may be wrong now, so it ends; its supervisor starts it anew. */
function exitOnInternalError(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error('internal error', { error });
    process.exit(70);
  });
}

function explain(error: unknown): string {
  if (LlamactlError.is(error)) return `${error.message} ${error.details}`.trim();
  return error instanceof UsageError ? `${error.message} Try --help.` : String(error);
}
