import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** An offer of a client to speak another protocol on its connection. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came after the request by now. */
  readonly head: Buffer;
  /** Turns the offer down: the request is served like any other. */
  readonly asRequest: () => void;
}

export type UpgradeListener = (upgrade: Upgrade) => void;
