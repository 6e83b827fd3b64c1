import type { Instance } from '@llamactl/contract';

/** An instance as OpenAI's clients know models. */
export function modelEntry(instance: Instance) {
  return {
    id: instance.name,
    object: 'model',
    created: Math.floor(Date.parse(instance.created_at) / 1_000),
    owned_by: 'llamactl',
    aliases: instance.aliases,
    status: instance.status,
  };
}

/** All of them, running or not: a request starts the ones that are stopped. */
export function modelList(instances: readonly Instance[]) {
  return { object: 'list', data: instances.map(modelEntry) };
}
