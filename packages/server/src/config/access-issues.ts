import type { Config, Issue } from '@llamactl/contract';
import { proxyProblem } from '../http/client-address.js';
import { originProblem } from '../http/origin.js';

/** What is wrong with the lists that decide who is believed and which pages may come in. */
export function accessIssues({ server }: Config): Issue[] {
  return [
    ...listIssues('server.trusted_proxies', server.trusted_proxies, proxyProblem),
    ...listIssues('server.allowed_origins', server.allowed_origins, originProblem),
  ];
}

function listIssues(
  path: string,
  entries: readonly string[],
  problemOf: (entry: string) => string | null,
): Issue[] {
  return entries.flatMap((entry, index) => {
    const message = problemOf(entry);
    return message === null ? [] : [{ path: `${path}.${index}`, message }];
  });
}
