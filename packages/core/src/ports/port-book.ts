import { LlamactlError } from '@llamactl/contract';
import { sameName } from '../support/same-name.js';
import { createSerialQueue } from '../support/serial-queue.js';
import { canListen } from './can-listen.js';

/** Settings of {@link createPortBook}. */
export interface PortBookOptions {
  /** Address that the instances listen on. */
  readonly host: string;
  /** First and last port to allocate. */
  readonly range: readonly [first: number, last: number];
}

/** Which instance has which port; no two have the same one. */
export interface PortBook {
  /**
   * Gives a certain port to an instance; one that it has already is fine. Whether another program
   * listens on it is not looked at: see `isFree`.
   * @throws LlamactlError PORT_IN_USE, naming the port and the instance that has it
   */
  claim(port: number, instance: string): void;
  /**
   * Gives an instance the lowest port of the range that no instance has and no program listens on.
   * @throws LlamactlError RESOURCE_EXHAUSTED when there is none
   */
  allocate(instance: string): Promise<number>;
  /** Takes a port back, if that instance has it. */
  release(port: number, instance: string): void;
  /** Takes every port of an instance back but those that it keeps. */
  releaseOthers(instance: string, kept: readonly (number | undefined)[]): void;
  /**
   * Whether nothing listens on a port now, whoever has it in the book.
   * @throws LlamactlError VALIDATION_FAILED for a port that this user may not use
   */
  isFree(port: number): Promise<boolean>;
}

/** Makes an empty {@link PortBook}; it opens nothing that stays open. */
export function createPortBook({ host, range }: PortBookOptions): PortBook {
  const holders = new Map<number, string>();
  // One at a time: two looks at the same port would take each other for a program that listens.
  const looks = createSerialQueue();
  const [first, last] = range;

  async function allocate(instance: string): Promise<number> {
    for (let port = first; port <= last; port++) {
      if (holders.has(port) || !(await canListen(host, port))) continue;
      // Another instance may have claimed it during the look.
      if (holders.has(port)) continue;
      holders.set(port, instance);
      return port;
    }
    throw new LlamactlError('RESOURCE_EXHAUSTED', `No port from ${first} to ${last} is free`, {
      details: 'Widen the port range of instances, or delete instances that are not needed.',
    });
  }

  const release = (port: number, instance: string) => {
    const holder = holders.get(port);
    if (holder !== undefined && sameName(holder, instance)) holders.delete(port);
  };

  return {
    claim(port, instance) {
      const holder = holders.get(port);
      if (holder !== undefined && !sameName(holder, instance)) {
        throw new LlamactlError('PORT_IN_USE', `Port ${port} belongs to the instance "${holder}"`, {
          details: 'Choose another port, or leave the port out to get a free one.',
        });
      }
      holders.set(port, instance);
    },
    allocate: (instance) => looks.run(() => allocate(instance)),
    release,
    releaseOthers(instance, kept) {
      for (const port of holders.keys()) if (!kept.includes(port)) release(port, instance);
    },
    isFree: (port) => looks.run(() => canListen(host, port)),
  };
}
