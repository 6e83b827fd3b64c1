import type { Alert, SystemStatus } from '@llamactl/contract';
import type { Llamactl, NumberedEvent } from '@llamactl/core';
import { type InstanceList, isListed } from '../auth/credential.js';
import { encodeControl, encodeEvent, type Position } from './messages.js';
import type { SocketQuery } from './socket-query.js';

/** Where the state comes from. */
export interface StateSource {
  readonly llamactl: Llamactl;
  readonly systemStatus: (instances: InstanceList) => SystemStatus;
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
  const snapshot = encodeControl('snapshot', now, snapshotOf(source, query));
  return { messages: [encodeHello(source, now), ...(gap ? [gap] : []), snapshot], seq: now.seq };
}

/** The message that says where the numbers are. */
export function encodeHello({ systemStatus }: StateSource, position: Position): Buffer {
  return encodeControl('hello', position, { version: systemStatus(null).version });
}

/** The last event that there was. */
export function positionOf({ llamactl }: StateSource): Position {
  const { epoch, seq } = llamactl.feed;
  return { epoch, seq };
}

/** Whether a socket asked for events of that type, and may know of what they are about. */
export function isWanted(event: NumberedEvent, { types, instances }: SocketQuery): boolean {
  if (types !== null && !types.has(event.type)) return false;
  const name = instanceOf(event);
  return name === null || isListed(instances, name);
}

/** The instance that an event is about; null for the machine and the server. */
function instanceOf(event: NumberedEvent): string | null {
  switch (event.type) {
    case 'system_alert':
      return event.data.instance;
    case 'config_changed':
      return null;
    case 'instance_deleted':
      return event.data.name;
    default:
      return event.data.instance.name;
  }
}

function gapReason(since: Position, now: Position): string {
  if (since.epoch !== now.epoch) return 'The server was started anew since then.';
  if (since.seq > now.seq) return 'There was no such event yet.';
  return 'It is too long ago: the events since then are not known any more.';
}

function snapshotOf({ llamactl, systemStatus }: StateSource, { instances }: SocketQuery) {
  const names = llamactl.list().map(({ name }) => name);
  return {
    instances: names.filter((name) => isListed(instances, name)).map((name) => llamactl.get(name)),
    system: systemStatus(instances),
    alerts: llamactl.alerts().filter((alert) => isAbout(alert, instances)),
  };
}

function isAbout({ instance }: Alert, instances: InstanceList): boolean {
  return instance === null || isListed(instances, instance);
}
