import type { Command } from '../command.js';
import { UsageError } from './usage-error.js';

/** Settings by their names, one within the other. */
export interface Settings {
  [key: string]: unknown;
}

/**
 * Settings out of texts as in `server.port=8081`. A value is JSON where it can be read as that, else text.
 * @throws UsageError
 */
export function settingsOf(texts: readonly string[], command: Command): Settings {
  const settings = emptySettings();
  for (const text of texts) {
    const at = text.indexOf('=');
    const path = at > 0 ? text.slice(0, at).split('.') : [];
    if (path.length === 0 || path.includes('')) {
      throw new UsageError(`A setting must be KEY=VALUE, not "${text}".`, command);
    }
    put(settings, path, settingOf(text.slice(at + 1)), command);
  }
  return settings;
}

/** Without a prototype, every name is just a name. */
function emptySettings(): Settings {
  return Object.create(null);
}

function put(settings: Settings, path: readonly string[], value: unknown, command: Command): void {
  const inner = path.slice(0, -1);
  const last = path.at(-1) ?? '';
  let at = settings;
  for (const key of inner) {
    at[key] ??= emptySettings();
    const next = at[key];
    if (!isSettings(next)) throw twice(path, command);
    at = next;
  }
  if (last in at) throw twice(path, command);
  at[last] = value;
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

function twice(path: readonly string[], command: Command): UsageError {
  return new UsageError(`${path.join('.')} is set twice.`, command);
}

function settingOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
