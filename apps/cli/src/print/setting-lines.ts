import { printable } from './printable.js';

/** Settings as lines of `path=value`, in the way that `config set` takes them. */
export function settingLines(part: unknown, path: string): string {
  if (typeof part === 'object' && part !== null && !Array.isArray(part)) {
    const entries = Object.entries(part);
    const prefix = path === '' ? '' : `${path}.`;
    if (entries.length > 0 || path === '') {
      return entries.map(([key, value]) => settingLines(value, prefix + key)).join('');
    }
  }
  return `${path}=${printable(typeof part === 'string' ? part : JSON.stringify(part))}\n`;
}
