import {
  type EventType,
  eventTypes,
  LlamactlError,
  nearestNames,
  type WebSocketQuery,
  webSocketQuerySchema,
} from '@llamactl/contract';
import type { InstanceList } from '../auth/credential.js';
import { readQuery } from '../http/validation/read-query.js';
import { invalidRequest } from '../http/validation/validate-request.js';
import { createCompiler } from '../http/validation/validators.js';

/** What a client wants to hear, and may hear. */
export interface SocketQuery {
  /** The last message that it has seen; null for a fresh start. */
  readonly since: { readonly epoch: string; readonly seq: number } | null;
  /** Events to send; null for all. */
  readonly types: ReadonlySet<string> | null;
  /** The instances that its credential is good for. */
  readonly instances: InstanceList;
}

/** Returns what reads the query of an upgrade. It throws VALIDATION_FAILED. */
export function createSocketQueryReader(): (search: string) => Omit<SocketQuery, 'instances'> {
  const check = createCompiler()(webSocketQuerySchema);
  return (search) => {
    const query: unknown = readQuery(new URLSearchParams(search), check.schema as object);
    if (!check(query)) throw invalidRequest(check.errors ?? []);
    // The validator is made from the schema that the type is inferred from.
    const { since, types } = query as WebSocketQuery;
    return { since: parseSince(since), types: parseTypes(types) };
  };
}

function parseSince(since: string | undefined): SocketQuery['since'] {
  if (since === undefined) return null;
  const [epoch = '', seq] = since.split(':');
  return { epoch, seq: Number(seq) };
}

function parseTypes(list: string | undefined): ReadonlySet<EventType> | null {
  if (list === undefined) return null;
  return new Set(list.split(',').map((name) => eventTypeNamed(name.trim())));
}

function eventTypeNamed(name: string): EventType {
  const type = eventTypes.find((known) => known === name);
  if (type !== undefined) return type;
  const suggestions = nearestNames(name, eventTypes, 3);
  throw new LlamactlError('VALIDATION_FAILED', `types: "${name}" is no type of event.`, {
    details: `Use some of: ${eventTypes.join(', ')}.`,
    issues: [{ path: 'types', message: `must be a list out of ${eventTypes.join(', ')}` }],
    ...(suggestions.length > 0 && { suggestions }),
  });
}
