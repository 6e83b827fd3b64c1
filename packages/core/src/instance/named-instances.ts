import type { BatchOptions } from '../llamactl.js';
import { instanceExists, instanceNotFound } from './instance-errors.js';

/** Instances by name; names that differ in the case of letters only are the same. */
export class NamedInstances<T extends { readonly name: string }> {
  readonly #byKey = new Map<string, T>();
  /** Names that are being created, so that two creates of one name cannot both succeed. */
  readonly #creating = new Set<string>();

  /** Adds one whose name is free. */
  add(instance: T): void {
    this.#byKey.set(keyOf(instance.name), instance);
  }

  /**
   * Adds what `make` resolves with.
   * @throws LlamactlError INSTANCE_EXISTS, and what `make` throws
   */
  async create(name: string, make: () => Promise<T>): Promise<T> {
    const key = keyOf(name);
    if (this.#byKey.has(key) || this.#creating.has(key)) throw instanceExists(name);
    this.#creating.add(key);
    try {
      const made = await make();
      this.#byKey.set(key, made);
      return made;
    } finally {
      this.#creating.delete(key);
    }
  }

  delete(name: string): void {
    this.#byKey.delete(keyOf(name));
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

/** What a name is known by. */
export function keyOf(name: string): string {
  return name.toLowerCase();
}
