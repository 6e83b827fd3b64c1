import type { OptionValue } from '@llamactl/client';
import type { Command } from '../command.js';
import { UsageError } from './usage-error.js';

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Splits `key=value` at the first `=`. @throws UsageError */
export function splitAssignment(text: string, flag: string, command: Command): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`--${flag} must be key=value, not "${text}".`, command);
}

/**
 * The value of an option by how it is written: numbers, true, false and null are what they say,
 * `"quoted"` is text, anything else is text as it is.
 */
export function optionValue(text: string): string | number | boolean | null {
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (jsonNumber.test(text)) return Number(text);
  return /^".*"$/s.test(text) ? unquote(text) : text;
}

/** Options out of `key=value` texts. A key given again makes a list; null leaves the option out. */
export function optionsOf(texts: readonly string[], command: Command): Record<string, OptionValue> {
  const options = new Map<string, OptionValue>();
  for (const text of texts) {
    const [key, written] = splitAssignment(text, 'option', command);
    const value = optionValue(written);
    if (value === null) options.delete(key);
    else options.set(key, joined(options.get(key), value, key, command));
  }
  return Object.fromEntries(options);
}

function joined(
  before: OptionValue | undefined,
  value: string | number | boolean,
  key: string,
  command: Command,
): OptionValue {
  if (before === undefined) return value;
  if (typeof before === 'boolean' || typeof value === 'boolean') {
    throw new UsageError(`--option ${key} is given twice; a switch has one value.`, command);
  }
  return [...(Array.isArray(before) ? before : [before]), value];
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
