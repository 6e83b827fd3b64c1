import type { ServerMessageOf } from '@llamactl/contract';
import type { NumberedEvent } from '@llamactl/core';

type ControlType = 'hello' | 'snapshot' | 'gap';

/** Where a message stands in the order of events. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

const encoded = new WeakMap<NumberedEvent, Buffer>();

/** An event as it goes over the wire; made once, however many sockets get it, now or in a replay. */
export function encodeEvent(event: NumberedEvent): Buffer {
  const known = encoded.get(event);
  if (known !== undefined) return known;
  const { type, epoch, seq, timestamp, data } = event;
  const bytes = Buffer.from(JSON.stringify({ type, epoch, seq, timestamp, data }));
  encoded.set(event, bytes);
  return bytes;
}

/** A message about the connection itself. */
export function encodeControl<T extends ControlType>(
  type: T,
  { epoch, seq }: Position,
  data: ServerMessageOf<T>['data'],
): Buffer {
  const timestamp = new Date().toISOString();
  return Buffer.from(JSON.stringify({ type, epoch, seq, timestamp, data }));
}
