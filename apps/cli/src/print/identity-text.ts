import type { Identity } from '@llamactl/client';
import { table } from './table.js';

/** Who somebody is to the server, one fact per line. */
export function identityText(identity: Identity): string {
  const { auth_enabled: isOn, kind, username, role, scopes, instances, expires_at } = identity;
  if (!isOn) return 'Authentication is off: everybody may do everything.\n';
  const facts: [name: string, value: string | null][] = [
    ['user', username],
    ['role', role],
    ['with', kind === 'api_key' ? 'an API key' : 'a login'],
    ['may', scopes.join(', ')],
    ['instances', instances === null ? 'all' : instances.join(', ')],
    ['until', expires_at ?? 'revoked'],
  ];
  return table(facts.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
