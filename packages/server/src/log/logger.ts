/** Takes what the server has to say; `console` fits. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Facts beside a message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Levels from the most talkative to none. */
export const serverLogLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type ServerLogLevel = (typeof serverLogLevels)[number];

/** Says nothing. The default of an embedded server. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Writes one line per event of at least `level`: time, level, message, then `key=value` pairs. */
export function createLogger(level: ServerLogLevel, write: (line: string) => void): Logger {
  const least = serverLogLevels.indexOf(level);
  const at = (name: keyof Logger) =>
    serverLogLevels.indexOf(name) < least
      ? () => {}
      : (message: string, fields: LogFields = {}) => write(formatLine(name, message, fields));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function formatLine(level: string, message: string, fields: LogFields): string {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${formatValue(value)}`);
  return `${new Date().toISOString()} ${level} ${escaped(message)}${pairs.join('')}\n`;
}

/** With its causes: an error for clients leaves out what the system said. */
function formatError(error: Error): string {
  const text = error.stack ?? error.message;
  return error.cause instanceof Error ? `${text}\ncause: ${formatError(error.cause)}` : text;
}

/** Quotes what could pass for another field or another line. */
function formatValue(value: unknown): string {
  const text = value instanceof Error ? formatError(value) : String(value);
  return /^[\w./:@[\]-]+$/.test(text) ? text : escaped(JSON.stringify(text));
}

/** Whatever ends a line somewhere, moves the cursor or turns the order of what is read around. */
const unsafe = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

function escaped(text: string): string {
  return text.replace(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
