import { exampleEpoch } from './headers.js';
import type { JsonObject } from './json-schemas.js';
import type { OperationParts } from './operation-parts.js';

/** The parameters of an operation: those of its path, of its query, and what a stream is resumed by. */
export function parametersOf({ params, query, stream }: OperationParts): JsonObject[] {
  return [
    ...fieldsOf(params).map(([name, schema]) => parameter(name, 'path', schema, true)),
    ...fieldsOf(query).map(([name, schema]) => parameter(name, 'query', schema, false)),
    ...(stream ? [lastEventId] : []),
  ];
}

function fieldsOf(schema: JsonObject | undefined): [string, JsonObject][] {
  return Object.entries((schema?.properties ?? {}) as Record<string, JsonObject>);
}

function parameter(name: string, place: string, field: JsonObject, required: boolean): JsonObject {
  const { description, ...schema } = field;
  return {
    name,
    in: place,
    required,
    ...(description !== undefined && { description }),
    schema,
  };
}

const lastEventId: JsonObject = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description:
    'The id of the last event that a client of server-sent events has got, EPOCH:SEQ: with follow=true the stream goes on behind it. One of another log is passed over.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}:[0-9]{1,15}$' },
  example: `${exampleEpoch}:42`,
};
