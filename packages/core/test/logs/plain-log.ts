import type { ParsedLine } from '../../src/backends/backend.js';
import type { InstanceLog, InstanceLogOptions } from '../../src/logs/instance-log.js';
import { openInstanceLog } from '../../src/logs/open-instance-log.js';

const levels = { D: 'debug', I: 'info', W: 'warn', E: 'error' } as const;

/** Reads lines like `1500 W text`: milliseconds since the start, level, text. Any other is info without a time. */
export function parsePlainLine(line: string): ParsedLine {
  const match = /^(\d+) ([DIWE]) (.*)$/s.exec(line);
  if (match === null) return { level: 'info', message: line, elapsedMs: null };
  const [, elapsed = '', letter = '', message = ''] = match;
  const level = levels[letter as keyof typeof levels];
  return { level, message, elapsedMs: Number(elapsed) };
}

/** A log without surprises; nobody writes to it, as far as it knows. */
export function openPlainLog(
  file: string,
  options: Partial<InstanceLogOptions> = {},
): InstanceLog & AsyncDisposable {
  const log = openInstanceLog({
    file,
    maxFileBytes: 20 * 1024 * 1024,
    maxFiles: 5,
    parseLine: parsePlainLine,
    pauseWriters: async () => null,
    ...options,
  });
  return Object.assign(log, { [Symbol.asyncDispose]: () => log.close() });
}
