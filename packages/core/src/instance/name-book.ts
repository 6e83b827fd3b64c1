import { type InstanceDefinition, LlamactlError, type UpdateInstance } from '@llamactl/contract';
import { shortened } from '../support/shortened.js';
import { instanceExists } from './instance-errors.js';

/** Who has which name: instances go by their names and aliases, without regard to case. */
export class NameBook {
  readonly #owners = new Map<string, string>();

  /** Takes what is stored; an alias that two have (by a hand that wrote files) goes to the first. */
  load(definitions: readonly InstanceDefinition[]): void {
    for (const { name } of definitions) this.#owners.set(keyOf(name), name);
    for (const { name, aliases } of definitions) {
      for (const alias of aliases) {
        if (!this.#owners.has(keyOf(alias))) this.#owners.set(keyOf(alias), name);
      }
    }
  }

  /**
   * Claims names for an instance that is being created; all of them or none.
   * @throws LlamactlError INSTANCE_EXISTS
   */
  create(name: string, aliases: readonly string[]): void {
    if (this.#owners.has(keyOf(name))) throw this.#taken(name);
    this.#claim(name, [name, ...aliases]);
  }

  /** Has the new aliases of an instance while its definition is changed, and keeps what comes of it. */
  async change(
    old: InstanceDefinition,
    { aliases = [] }: UpdateInstance,
    keep: () => Promise<InstanceDefinition>,
  ): Promise<InstanceDefinition> {
    this.#claim(old.name, aliases);
    let kept = old;
    try {
      kept = await keep();
      return kept;
    } finally {
      this.releaseOthers(old.name, [kept.name, ...kept.aliases]);
    }
  }

  /** Gives back all names of an instance but those. */
  releaseOthers(owner: string, kept: readonly string[]): void {
    const keys = new Set(kept.map(keyOf));
    for (const [key, name] of this.#owners) {
      if (keyOf(name) === keyOf(owner) && !keys.has(key)) this.#owners.delete(key);
    }
  }

  #claim(owner: string, names: readonly string[]): void {
    for (const name of names) {
      const other = this.#owners.get(keyOf(name));
      if (other !== undefined && keyOf(other) !== keyOf(owner)) throw this.#taken(name);
    }
    for (const name of names) this.#owners.set(keyOf(name), owner);
  }

  #taken(name: string): LlamactlError {
    const owner = this.#owners.get(keyOf(name));
    if (owner === undefined || keyOf(owner) === keyOf(name)) return instanceExists(name);
    const message = `"${shortened(name)}" is an alias of the instance "${owner}" already`;
    return new LlamactlError('INSTANCE_EXISTS', message, {
      details: 'Choose another name, or take the alias away from that instance first.',
    });
  }
}

/** A name as names are compared. */
export function keyOf(name: string): string {
  return name.toLowerCase();
}
