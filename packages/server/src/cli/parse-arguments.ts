import { parseArgs } from 'node:util';
import { nearestNames } from '@llamactl/contract';
import { type ServerLogLevel, serverLogLevels } from '../log/logger.js';

/** What the command line asks for. */
export interface Arguments {
  readonly host?: string;
  readonly port?: number;
  readonly dataDir?: string;
  readonly config?: string;
  /** The user who gets a new password; nothing is served then. */
  readonly resetPassword?: string;
  readonly logLevel: ServerLogLevel;
  readonly checkConfig: boolean;
  readonly printConfig: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

/** A command line that cannot be followed; the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const flags = {
  host: { type: 'string' },
  port: { type: 'string' },
  'data-dir': { type: 'string' },
  config: { type: 'string' },
  'reset-password': { type: 'string' },
  'log-level': { type: 'string' },
  'check-config': { type: 'boolean' },
  'print-config': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/**
 * Reads a command line.
 *
 * @throws UsageError
 */
export function parseArguments(args: readonly string[]): Arguments {
  const parsed = readTokens(args);
  for (const token of parsed.tokens) checkToken(token);
  const text = (name: keyof typeof flags) => parsed.values[name] as string | undefined;
  const [host, port, dataDir, config, resetPassword] = [
    text('host'),
    text('port'),
    text('data-dir'),
    text('config'),
    text('reset-password'),
  ];
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port: readPort(port) }),
    ...(dataDir !== undefined && { dataDir }),
    ...(config !== undefined && { config }),
    ...(resetPassword !== undefined && { resetPassword }),
    logLevel: readLogLevel(text('log-level') ?? 'info'),
    checkConfig: parsed.values['check-config'] === true,
    printConfig: parsed.values['print-config'] === true,
    help: parsed.values.help === true,
    version: parsed.values.version === true,
  };
}

type Token = NonNullable<ReturnType<typeof readTokens>['tokens']>[number];

function readTokens(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: flags,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
}

function checkToken(token: Token): void {
  if (token.kind === 'positional') throw new UsageError(`Unexpected argument: ${token.value}`);
  if (token.kind !== 'option') return;
  if (!Object.hasOwn(flags, token.name)) {
    const [nearest] = nearestNames(token.name, Object.keys(flags), 1);
    const hint = nearest === undefined ? '' : ` Did you mean --${nearest}?`;
    throw new UsageError(`Unknown option: ${token.rawName}.${hint}`);
  }
  const takesValue = flags[token.name as keyof typeof flags].type === 'string';
  const value = token.value ?? '';
  if (takesValue && (value === '' || (!token.inlineValue && value.startsWith('-')))) {
    throw new UsageError(`${token.rawName} needs a value.`);
  }
  if (!takesValue && token.value !== undefined) {
    throw new UsageError(`${token.rawName} takes no value.`);
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError('--port must be a whole number from 0 to 65535.');
}

function readLogLevel(text: string): ServerLogLevel {
  const level = serverLogLevels.find((name) => name === text);
  if (level !== undefined) return level;
  throw new UsageError(`--log-level must be one of ${serverLogLevels.join(', ')}.`);
}
