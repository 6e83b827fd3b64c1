import { closeCodes } from '@llamactl/contract';
import type { NumberedEvent } from '@llamactl/core';
import type { RawData, WebSocket } from 'ws';
import { isWanted, type Opening } from './opening.js';
import { judgeDelivery } from './slow-reader.js';
import type { SocketQuery } from './socket-query.js';

/** A message as it goes over the wire, with its number. */
interface Numbered {
  readonly seq: number;
  readonly message: Buffer;
}

/** The conversation on one socket, in which we alone have something to say. */
export class Session {
  readonly #socket: WebSocket;
  readonly #query: SocketQuery;
  /** Bytes of the opening that have not left yet. */
  #openingBytes = 0;
  /** The newest figures of each instance that wait for the reader. */
  readonly #held = new Map<string, Numbered>();
  /** Number of the last message that was sent. */
  #seq = 0;

  constructor(socket: WebSocket, query: SocketQuery) {
    this.#socket = socket;
    this.#query = query;
    socket.on('message', (_data: RawData, isBinary: boolean) => this.close(isBinary ? 1003 : 1008));
    socket.once('close', () => this.#held.clear());
  }

  /** Sends what the client begins with, however large it is. */
  open({ messages, seq }: Opening): void {
    for (const message of messages) this.#send({ seq, message }, message.length);
  }

  /** Passes on an event, or what becomes of it when the reader is slow. */
  take(event: NumberedEvent, message: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN || !isWanted(event, this.#query)) return;
    if (event.type === 'instance_stats_updated') {
      this.#takeFigures(event.data.instance.name, { seq: event.seq, message });
      return;
    }
    if (this.#judge(message, false) === 'close') {
      this.close(4408);
      return;
    }
    // What is held is older than this event; sent after it, it would show a state of the past.
    this.#held.clear();
    this.#send({ seq: event.seq, message });
  }

  /**
   * Tells how far the numbers are, unless the client knows from what it was sent. While figures are held it is
   * left alone: told a higher number first, it would take them for seen.
   */
  tellPosition(seq: number, hello: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (seq <= this.#seq || this.#held.size > 0) return;
    if (this.#judge(hello, true) === 'send') this.#send({ seq, message: hello });
  }

  close(code: keyof typeof closeCodes): void {
    this.#held.clear();
    this.#socket.close(code, closeCodes[code]);
  }

  /** Cuts off a peer that does not answer. */
  terminate(): void {
    this.#socket.terminate();
  }

  #takeFigures(instance: string, figures: Numbered): void {
    // The newest come last, so that numbers keep rising.
    this.#held.delete(instance);
    this.#held.set(instance, figures);
    this.#releaseHeld();
  }

  /** Sends what is held as far as there is room; each message that has left makes some. */
  #releaseHeld(): void {
    for (const [instance, figures] of this.#held) {
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      if (this.#judge(figures.message, true) !== 'send') return;
      this.#held.delete(instance);
      this.#send(figures);
    }
  }

  #judge(message: Buffer, mayWait: boolean) {
    return judgeDelivery({
      backlogBytes: this.#socket.bufferedAmount,
      excusedBytes: this.#openingBytes,
      messageBytes: message.length,
      mayWait,
    });
  }

  #send({ seq, message }: Numbered, openingBytes = 0): void {
    this.#seq = seq;
    this.#openingBytes += openingBytes;
    this.#socket.send(message, { binary: false }, () => {
      this.#openingBytes -= openingBytes;
      this.#releaseHeld();
    });
  }
}
