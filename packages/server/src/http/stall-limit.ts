import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { unsentOf } from './unsent.js';

/**
 * Looks in a row that must show the same: the system of one who takes 1 kB/s tells of it only every 64 kB, when
 * there is room for another packet.
 */
const looks = 3;
/** Where the system does not tell, one packet may be megabytes. */
const blindLooks = 30;

/**
 * Cuts the connection of a client that takes nothing of an answer for some looks, with so long between them. Any byte
 * that goes out counts, so that one who reads slowly is served to the end. That is asked of the system: to us it tells only of
 * steps by a third of its buffers, which are megabytes.
 */
export class StallLimit {
  readonly #response: ServerResponse;
  readonly #lookMs: number;
  #isKnown = false;
  #isOver = true;
  #unsent: string | null = null;
  #same = 0;

  constructor(response: ServerResponse, lookMs: number) {
    this.#response = response;
    this.#lookMs = lookMs;
  }

  /** Begins, or begins anew. */
  begin(): void {
    this.#isOver = false;
    this.#same = 0;
    // At once, or when its turn on the connection has come.
    this.#response.setTimeout(this.#lookMs);
    if (this.#isKnown) return;
    this.#isKnown = true;
    // With a listener node:http does not destroy the connection at its timeout.
    this.#response.on('timeout', (socket: Socket) => void this.#look(socket));
    // Before node:http sets the time for which it keeps the idle connection, or goes on with the next request.
    this.#response.prependOnceListener('finish', () => this.end());
  }

  end(): void {
    this.#isOver = true;
    this.#response.socket?.setTimeout(0);
  }

  async #look(socket: Socket): Promise<void> {
    if (this.#isOver) return;
    const unsent = await unsentOf(socket);
    if (this.#isOver) return;
    this.#same = unsent === this.#unsent ? this.#same + 1 : 0;
    this.#unsent = unsent;
    if (this.#same >= (unsent === null ? blindLooks : looks)) socket.destroy();
    else socket.setTimeout(this.#lookMs);
  }
}
