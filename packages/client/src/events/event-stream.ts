import type { ServerMessage } from '@llamactl/contract';
import { Reconnects } from '../reconnect/reconnects.js';
import type { EventSockets } from './event-sockets.js';
import {
  type EventMessage,
  type EventsOptions,
  type Position,
  positionOf,
  typesQuery,
} from './events-options.js';
import { messageOf } from './message-of.js';

/**
 * A snapshot, then every event, over broken connections: each is resumed after the last message that was
 * given. When the server cannot, there is a `gap`, then another snapshot.
 */
export async function* eventStream(
  sockets: EventSockets,
  options: EventsOptions,
): AsyncGenerator<EventMessage, void, undefined> {
  const reading = new EventReading(sockets, options);
  const { signal = new AbortController().signal } = options;
  const reconnects = new Reconnects(options, sockets.random);
  while (!signal.aborted) {
    try {
      yield* reading.connect(signal, () => reconnects.noteOpen());
      // The reader had fallen behind, and has caught up.
    } catch (error) {
      if (signal.aborted) return;
      await reconnects.pauseAfter(error, signal);
    }
  }
}

/** Events that are read over one connection after the other. */
class EventReading {
  readonly #sockets: EventSockets;
  readonly #types: string | undefined;
  #position: Position | null;

  constructor(sockets: EventSockets, { types, since }: EventsOptions) {
    this.#sockets = sockets;
    this.#types = typesQuery(types);
    this.#position = positionOf(since);
  }

  /** What came since the last connection, and what comes; to be called again when it is over. */
  async *connect(
    signal: AbortSignal,
    onMessage: () => void,
  ): AsyncGenerator<EventMessage, void, undefined> {
    const query = { since: sinceOf(this.#position), types: this.#types };
    let isFirst = true;
    for await (const frame of this.#sockets.read(query, signal)) {
      onMessage();
      const message = messageOf(frame, this.#sockets.url);
      if (message !== null && this.#take(message, isFirst)) yield message;
      isFirst = false;
    }
  }

  /** Notes how far it has come; returns whether the message is one to give. */
  #take(message: ServerMessage, isFirst: boolean): message is EventMessage {
    if (message.type === 'hello') {
      // The first one stands before what it is about: the snapshot, or what was missed.
      if (!isFirst) this.#position = movedOn(this.#position, message);
      return false;
    }
    if (isRepeat(message, this.#position)) return false;
    // A gap is closed by the snapshot that follows it.
    if (message.type !== 'gap') this.#position = { epoch: message.epoch, seq: message.seq };
    return true;
  }
}

function sinceOf(position: Position | null): string | undefined {
  return position === null ? undefined : `${position.epoch}:${position.seq}`;
}

/**
 * Where the server says that the numbers are: it has sent all that was asked for up to there. Without a
 * position of the same epoch a snapshot is still to come.
 */
function movedOn(position: Position | null, { epoch, seq }: Position): Position | null {
  if (position?.epoch !== epoch || seq <= position.seq) return position;
  return { epoch, seq };
}

/** Figures that were held back for a slow reader may come after what is newer than they are. */
function isRepeat(message: EventMessage, position: Position | null): boolean {
  if (message.type === 'snapshot' || message.type === 'gap') return false;
  return position !== null && message.epoch === position.epoch && message.seq <= position.seq;
}
