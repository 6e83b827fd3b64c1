import {
  type EventType,
  eventTypes,
  type ServerMessage,
  webSocketQuerySchema,
} from '@llamactl/contract';
import { InvalidRequestError } from '../errors/invalid-request-error.js';
import type { ReconnectOptions } from '../reconnect/reconnects.js';

/**
 * What `events` gives: the whole state, or one change of it, of the types that were asked for. Only `hello`, which
 * says nothing new, is left out.
 *
 * @example
 * ```ts
 * import type { EventMessage } from '@llamactl/client';
 *
 * function describe({ type, data }: EventMessage<'system_alert'>): string {
 *   return type === 'system_alert' ? data.message : type;
 * }
 * ```
 */
export type EventMessage<T extends EventType = EventType> = Extract<
  ServerMessage,
  { readonly type: T | 'snapshot' | 'gap' }
>;

/**
 * How to follow the events of a server.
 *
 * @example
 * ```ts
 * import type { EventsOptions } from '@llamactl/client';
 *
 * const options: EventsOptions<'system_alert'> = {
 *   types: ['system_alert'],
 *   onRetry: ({ error, delayMs }) => console.warn(error.message, `again in ${delayMs} ms`),
 * };
 * for await (const { type, data } of client.events(options)) {
 *   if (type === 'system_alert') console.log(data.severity, data.message);
 * }
 * ```
 */
export interface EventsOptions<T extends EventType = EventType> extends ReconnectOptions {
  /**
   * `epoch:seq` of the last message seen, to get what came after it instead of a snapshot. Default: begin
   * with a snapshot.
   */
  readonly since?: string | undefined;
  /** Events to get; `snapshot` and `gap` always come. Default: all. */
  readonly types?: readonly T[] | undefined;
  /** Ends it, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** The place of a message among all messages of a server. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/** Reads `epoch:seq`; null for none. @throws InvalidRequestError */
export function positionOf(since: string | undefined): Position | null {
  if (since === undefined) return null;
  if (!webSocketQuerySchema.shape.since.safeParse(since).success) {
    throw new InvalidRequestError(
      `"${since}" is not a place among events.`,
      'Give epoch and seq of a message, with a colon between.',
    );
  }
  const [epoch = '', seq] = since.split(':');
  return { epoch, seq: Number(seq) };
}

/** Types as the query has them; undefined for all. @throws InvalidRequestError */
export function typesQuery(types: EventsOptions['types']): string | undefined {
  if (types === undefined) return undefined;
  const known: readonly string[] = eventTypes;
  const unknown = types.find((type) => !known.includes(type));
  if (unknown === undefined && types.length > 0) return types.join(',');
  throw new InvalidRequestError(
    unknown === undefined ? 'No type of event is named.' : `"${unknown}" is not a type of event.`,
    `Types are ${eventTypes.join(', ')}.`,
  );
}
