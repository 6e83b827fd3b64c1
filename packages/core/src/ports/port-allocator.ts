import { LlamactlError } from '@llamactl/contract';
import { createSerialQueue } from '../support/serial-queue.js';
import { canListen } from './can-listen.js';

/** Settings of {@link createPortAllocator}. */
export interface PortAllocatorOptions {
  /** Address that the instances listen on. */
  readonly host: string;
  /** First and last port to allocate. */
  readonly range: readonly [first: number, last: number];
}

/** Hands out ports, none twice at a time, and none that another program listens on. */
export interface PortAllocator {
  /**
   * Holds a certain port for an owner; one that the owner holds already is fine.
   * @throws LlamactlError PORT_IN_USE, naming the port and, if it is one of ours, the owner;
   *   VALIDATION_FAILED for a port that this user may not use
   */
  reserve(port: number, owner: string): Promise<void>;
  /**
   * Holds the lowest port of the range that is neither in `taken`, nor held, nor listened on.
   * @throws LlamactlError RESOURCE_EXHAUSTED when there is none
   */
  allocate(owner: string, taken: ReadonlySet<number>): Promise<number>;
  /**
   * Whether nothing listens on a port now, whoever holds it here.
   * @throws LlamactlError VALIDATION_FAILED for a port that this user may not use
   */
  isFree(port: number): Promise<boolean>;
  /** Lets go of every port that an owner holds. */
  release(owner: string): void;
}

/** Makes a {@link PortAllocator} that holds nothing yet; it opens nothing that stays open. */
export function createPortAllocator({ host, range }: PortAllocatorOptions): PortAllocator {
  const owners = new Map<number, string>();
  // One at a time: two looks at the same port would take each other for a program that listens.
  const queue = createSerialQueue();

  async function reserve(port: number, owner: string): Promise<void> {
    const holder = owners.get(port);
    if (holder === owner) return;
    if (holder !== undefined) throw portInUse(port, `the instance "${holder}"`);
    if (!(await canListen(host, port))) throw portInUse(port, 'another program');
    owners.set(port, owner);
  }

  async function allocate(owner: string, taken: ReadonlySet<number>): Promise<number> {
    const [first, last] = range;
    for (let port = first; port <= last; port++) {
      if (taken.has(port) || owners.has(port) || !(await canListen(host, port))) continue;
      owners.set(port, owner);
      return port;
    }
    throw new LlamactlError('RESOURCE_EXHAUSTED', `No port from ${first} to ${last} is free`, {
      details: 'Widen the port range of instances, or delete instances that are not needed.',
    });
  }

  return {
    reserve: (port, owner) => queue.run(() => reserve(port, owner)),
    allocate: (owner, taken) => queue.run(() => allocate(owner, taken)),
    isFree: (port) => queue.run(() => canListen(host, port)),
    release(owner) {
      for (const [port, holder] of owners) if (holder === owner) owners.delete(port);
    },
  };
}

function portInUse(port: number, by: string): LlamactlError {
  return new LlamactlError('PORT_IN_USE', `Port ${port} is in use by ${by}`, {
    details: 'Choose another port, or stop what uses it.',
  });
}
