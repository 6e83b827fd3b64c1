import type { InstanceDefinition } from '@llamactl/contract';
import type { Backend } from '../backends/backend.js';
import { secretValues } from '../support/secrets.js';

/** What a server of a definition knows and its log is not to show, but for the key of the run. */
export function secretsOf(
  { options, env }: InstanceDefinition,
  backend: Pick<Backend, 'secretOptions' | 'secretValues'> | undefined,
): string[] {
  const set = Object.entries(options).filter(([name]) => backend?.secretOptions.has(name));
  return [
    ...(backend?.secretValues ?? []),
    ...set.flatMap(([, value]) => [value].flat().map(String)),
    ...secretValues(env),
  ];
}
