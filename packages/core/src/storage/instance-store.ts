import type { InstanceDefinition } from '@llamactl/contract';

/**
 * Keeps definitions. A promise that resolves means: it survives a crash (for stores that keep anything).
 * Calls for one name never overlap. Names are compared by the caller, without regard to case.
 */
export interface InstanceStore {
  /** All definitions, in any order. */
  load(): Promise<readonly InstanceDefinition[]>;
  /** Adds or replaces the definition of that name. */
  put(definition: InstanceDefinition): Promise<void>;
  /** Forgets a definition; no error when there is none. */
  delete(name: string): Promise<void>;
  close(): Promise<void>;
  /**
   * Names of those that the last `load` left out because they cannot be read, in any case. One that still runs then
   * gets its definition back from the record of its run.
   */
  unreadable?(): readonly string[];
}
