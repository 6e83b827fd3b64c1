import type { SystemStatus } from '@llamactl/contract';
import type { Llamactl, NumberedEvent } from '@llamactl/core';
import { encodeControl, encodeEvent, type Position } from './messages.js';
import type { SocketQuery } from './socket-query.js';

/** Where the state comes from. */
export interface StateSource {
  readonly llamactl: Llamactl;
  readonly systemStatus: () => SystemStatus;
}

/** What a socket begins with. */
export interface Opening {
  readonly messages: readonly Buffer[];
  /** Number that the last of them has. */
  readonly seq: number;
}

/**
 * The messages that a socket begins with: `hello`, then what it has missed or, when that is not known any
 * more, a `gap` and the whole state. Whoever subscribes to the feed in the same tick misses nothing.
 *
 * Before a replay, `hello` stands where the client left off, so that the numbers never go back and a
 * client that is cut off in between can go on from the last message that it has got.
 */
export function openSession(source: StateSource, query: SocketQuery): Opening {
  const { feed } = source.llamactl;
  const { since } = query;
  const missed = since && feed.since(since.epoch, since.seq);
  if (since && missed) {
    const wanted = missed.filter((event) => isWanted(event, query));
    const messages = [encodeHello(source, since), ...wanted.map(encodeEvent)];
    return { messages, seq: wanted.at(-1)?.seq ?? since.seq };
  }
  const now = positionOf(source);
  const gap = since && encodeControl('gap', now, { reason: gapReason(since, now) });
  const snapshot = encodeControl('snapshot', now, snapshotOf(source));
  return { messages: [encodeHello(source, now), ...(gap ? [gap] : []), snapshot], seq: now.seq };
}

/** The message that says where the numbers are. */
export function encodeHello({ systemStatus }: StateSource, position: Position): Buffer {
  return encodeControl('hello', position, { version: systemStatus().version });
}

/** The last event that there was. */
export function positionOf({ llamactl }: StateSource): Position {
  const { epoch, seq } = llamactl.feed;
  return { epoch, seq };
}

/** Whether a socket asked for events of that type. */
export function isWanted(event: NumberedEvent, { types }: SocketQuery): boolean {
  return types === null || types.has(event.type);
}

function gapReason(since: Position, now: Position): string {
  if (since.epoch !== now.epoch) return 'The server was started anew since then.';
  if (since.seq > now.seq) return 'There was no such event yet.';
  return 'It is too long ago: the events since then are not known any more.';
}

function snapshotOf({ llamactl, systemStatus }: StateSource) {
  return {
    instances: llamactl.list().map(({ name }) => llamactl.get(name)),
    system: systemStatus(),
    alerts: llamactl.alerts(),
  };
}
