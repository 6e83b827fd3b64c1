import type { LogLevel } from '@llamactl/contract';
import { safeText } from '../../support/safe-text.js';
import type { ParsedLine } from '../backend.js';

/**
 * Reads a line of llama-server's log in either of its formats: `M.SS.mmm.uuu L text`, or JSON with
 * `--log-jsonl`. Whatever is neither, such as errors about arguments, is kept whole. Never throws.
 */
export function parseLogLine(line: string): ParsedLine {
  return (line.startsWith('{"type":') ? parseJson(line) : null) ?? parseText(safeText(line));
}

const levelNames: Readonly<Record<string, LogLevel>> = {
  D: 'debug',
  I: 'info',
  W: 'warn',
  E: 'error',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
};

const prefix = /^(?:(\d+)\.(\d\d)\.(\d{3})\.(\d{3}) )?([DIWE])(?: (.*))?$/s;

function parseText(text: string): ParsedLine {
  const [, minutes, seconds, millis, micros, letter, rest] = prefix.exec(text) ?? [];
  if (letter === undefined)
    return { level: levelOfPlain(text), message: text.trimEnd(), elapsedMs: null };
  const elapsedMs =
    minutes === undefined
      ? null
      : Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(millis) + Number(micros) / 1000;
  return { level: levelNames[letter] ?? 'info', message: (rest ?? '').trimEnd(), elapsedMs };
}

/** Errors that come before or beside the log: of arguments, the loader, the shell, the C++ runtime. */
const plainErrors =
  /^(error\b|terminate called|Received second interrupt|Segmentation fault|Aborted|Killed|libc\+\+abi)|^\s*what\(\):|GGML_(ASSERT|ABORT)|: (GGML_)?assert|: error while loading shared libraries|: (command )?not found$|: Permission denied$|: cannot execute|: No such file or directory$|error parsing grammar/i;

function levelOfPlain(text: string): LogLevel {
  if (plainErrors.test(text)) return 'error';
  return /^warn(ing)?\b/i.test(text) ? 'warn' : 'info';
}

function parseJson(line: string): ParsedLine | null {
  const record = parseObject(line);
  if (record === null) return parseCutJson(line);
  if (record.type !== 'log' || typeof record.msg !== 'string')
    // Figures for programs, such as a table of the memory.
    return { level: 'debug', message: safeText(line), elapsedMs: millisecondsOf(record.time) };
  return {
    level: levelNames[String(record.level)] ?? 'info',
    message: safeText(record.msg).trimEnd(),
    elapsedMs: millisecondsOf(record.time),
  };
}

function parseObject(line: string): { [key: string]: unknown } | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** A record without its end: the line was too long, or its writer was killed. */
function parseCutJson(line: string): ParsedLine | null {
  const match = /^\{"type":"log","time":(\d+),"level":"(\w+)","msg":"(.*)$/s.exec(line);
  if (match === null) return null;
  const [, micros, level = '', text = ''] = match;
  const message = text.replaceAll('\\n', '\n').replaceAll('\\"', '"').replaceAll('\\\\', '\\');
  return {
    level: levelNames[level] ?? 'info',
    message: safeText(message).trimEnd(),
    elapsedMs: Number(micros) / 1000,
  };
}

function millisecondsOf(micros: unknown): number | null {
  return typeof micros === 'number' && Number.isFinite(micros) ? micros / 1000 : null;
}
