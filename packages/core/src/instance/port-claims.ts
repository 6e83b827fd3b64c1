import { LlamactlError } from '@llamactl/contract';

/** Which instance has which port; no two have the same one. */
export class PortClaims {
  readonly #holders = new Map<number, string>();

  /** The ports that are taken. */
  get taken(): ReadonlySet<number> {
    return new Set(this.#holders.keys());
  }

  /** @throws LlamactlError PORT_IN_USE when another instance has it */
  claim(port: number, instance: string): void {
    const holder = this.#holders.get(port);
    if (holder !== undefined && !sameName(holder, instance)) {
      throw new LlamactlError('PORT_IN_USE', `Port ${port} belongs to the instance "${holder}"`, {
        details: 'Choose another port, or leave the port out to get a free one.',
      });
    }
    this.#holders.set(port, instance);
  }

  /** Lets go of a port, if that instance has it. */
  release(port: number, instance: string): void {
    const holder = this.#holders.get(port);
    if (holder !== undefined && sameName(holder, instance)) this.#holders.delete(port);
  }

  /** Lets go of every port of an instance. */
  releaseAll(instance: string): void {
    for (const port of this.#holders.keys()) this.release(port, instance);
  }
}

/** Whether two names mean the same instance: names are compared without regard to case. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
