import type { CreateInstance, InstanceDefinition, UpdateInstance } from '@llamactl/contract';
import type { BatchOptions } from '../llamactl.js';
import { instanceNotFound } from './instance-errors.js';
import { keyOf, NameBook } from './name-book.js';

/** Instances by name, and whose their names and aliases are, without regard to case. */
export class NamedInstances<T extends { readonly name: string }> {
  readonly #byKey = new Map<string, T>();
  readonly #names = new NameBook();

  /** Gives stored definitions their names. */
  load(definitions: readonly InstanceDefinition[]): void {
    this.#names.load(definitions);
  }

  /** Adds one whose name is its own already. */
  add(instance: T): void {
    this.#byKey.set(keyOf(instance.name), instance);
  }

  /**
   * Adds what `make` resolves with.
   * @throws LlamactlError INSTANCE_EXISTS, and what `make` throws
   */
  async create(
    { name, aliases = [] }: Pick<CreateInstance, 'name' | 'aliases'>,
    make: () => Promise<T>,
  ): Promise<T> {
    this.#names.create(name, aliases);
    try {
      const made = await make();
      this.add(made);
      return made;
    } catch (error) {
      this.#names.releaseOthers(name, []);
      throw error;
    }
  }

  /** Has the new aliases of an instance while its definition is changed; see {@link NameBook.change}. */
  change(
    old: InstanceDefinition,
    changes: UpdateInstance,
    keep: () => Promise<InstanceDefinition>,
  ): Promise<InstanceDefinition> {
    return this.#names.change(old, changes, keep);
  }

  delete(name: string): void {
    this.#byKey.delete(keyOf(name));
    this.#names.releaseOthers(name, []);
  }

  /** @throws LlamactlError INSTANCE_NOT_FOUND */
  find(name: string): T {
    const instance = this.#byKey.get(keyOf(name));
    if (!instance) throw instanceNotFound(name);
    return instance;
  }

  all(): Iterable<T> {
    return this.#byKey.values();
  }

  /** In the order of their names. */
  sorted({ only = () => true }: BatchOptions = {}): T[] {
    return [...this.#byKey.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, instance]) => instance)
      .filter(({ name }) => only(name));
  }
}
