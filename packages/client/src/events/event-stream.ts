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
  const types = typesQuery(options.types);
  let position = positionOf(options.since);
  const { signal = new AbortController().signal } = options;
  const reconnects = new Reconnects(options, sockets.random);
  while (!signal.aborted) {
    try {
      for await (const frame of sockets.read({ since: sinceOf(position), types }, signal)) {
        reconnects.noteOpen();
        const message = messageOf(frame, sockets.url);
        if (message === null || message.type === 'hello' || isRepeat(message, position)) continue;
        // A gap is closed by the snapshot that follows it.
        if (message.type !== 'gap') position = { epoch: message.epoch, seq: message.seq };
        yield message;
      }
      // The reader had fallen behind, and has caught up.
    } catch (error) {
      if (signal.aborted) return;
      await reconnects.pauseAfter(error, signal);
    }
  }
}

function sinceOf(position: Position | null): string | undefined {
  return position === null ? undefined : `${position.epoch}:${position.seq}`;
}

/** Figures that were held back for a slow reader may come after what is newer than they are. */
function isRepeat(message: EventMessage, position: Position | null): boolean {
  if (message.type === 'snapshot' || message.type === 'gap') return false;
  return position !== null && message.epoch === position.epoch && message.seq <= position.seq;
}
