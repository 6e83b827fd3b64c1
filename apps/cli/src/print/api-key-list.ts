import type { ApiKey } from '@llamactl/client';
import { printable } from './printable.js';
import { table } from './table.js';

/** API keys as a table, or a word of help when there are none. */
export function apiKeyList(keys: readonly ApiKey[]): string {
  if (keys.length === 0) {
    return 'No API keys yet. Make one: llamactl keys create NAME --scope SCOPE\n';
  }
  const rows = keys.map((key) => [
    key.id,
    printable(key.name),
    printable(key.hint),
    key.username,
    key.scopes.join(','),
    key.instances === null ? 'all' : key.instances.join(','),
    key.expires_at ?? 'never',
    key.last_used_at ?? 'never',
  ]);
  const titles = ['ID', 'NAME', 'BEGINS', 'USER', 'SCOPES', 'INSTANCES', 'EXPIRES', 'LAST USED'];
  return table([titles, ...rows]);
}
