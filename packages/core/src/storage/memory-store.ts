import type { InstanceDefinition } from '@llamactl/contract';
import type { InstanceStore } from './instance-store.js';

/** Keeps definitions as long as the process lives. */
export function createMemoryStore(): InstanceStore {
  const definitions = new Map<string, InstanceDefinition>();
  return {
    async load() {
      return structuredClone([...definitions.values()]);
    },
    async put(definition) {
      definitions.set(definition.name.toLowerCase(), structuredClone(definition));
    },
    async delete(name) {
      definitions.delete(name.toLowerCase());
    },
    async close() {},
  };
}
