import { randomBytes } from 'node:crypto';
import { createEmitter, type Emitter } from './emitter.js';
import type { EventFeed, NumberedEvent } from './event-feed.js';
import { EventMemory, type EventMemoryBounds } from './event-memory.js';
import type { LlamactlEvents, LlamactlEventType } from './events.js';

const types = [
  'instance_status_changed',
  'instance_updated',
  'instance_deleted',
  'instance_stats_updated',
  'system_alert',
  'config_changed',
] as const satisfies readonly LlamactlEventType[];

/**
 * Numbers every event of an emitter from now on. Make it before anyone else listens: then whoever answers
 * an event with an event cannot change their order.
 */
export function createEventFeed(
  events: Emitter<LlamactlEvents>,
  bounds?: EventMemoryBounds,
): EventFeed {
  const epoch = randomBytes(9).toString('base64url');
  const memory = new EventMemory(bounds);
  const subscribers = createEmitter<{ event: NumberedEvent }>();
  /** Numbered, but not yet told: a subscriber may cause an event while it is told another. */
  const untold: NumberedEvent[] = [];
  let seq = 0;
  let isTelling = false;

  const take = <T extends LlamactlEventType>(type: T, data: LlamactlEvents[T]) => {
    const timestamp = new Date().toISOString();
    const event = { type, epoch, seq: ++seq, timestamp, data } as NumberedEvent;
    memory.push(event);
    untold.push(event);
    if (isTelling) return;
    isTelling = true;
    for (let next = untold.shift(); next; next = untold.shift()) subscribers.emit('event', next);
    isTelling = false;
  };
  for (const type of types) events.on(type, (data) => take(type, data));

  return {
    epoch,
    get seq() {
      return seq;
    },
    since: (ofEpoch, after) => (ofEpoch === epoch && after <= seq ? memory.after(after) : null),
    subscribe: (listener) => subscribers.on('event', listener),
    publish: (type, data) => events.emit(type, data),
  };
}
