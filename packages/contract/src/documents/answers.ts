import type { Operation } from '../operation.js';
import { errorAnswers } from './error-answers.js';
import { exampleOf } from './example-of.js';
import { exampleEpoch, headersOf } from './headers.js';
import type { JsonObject } from './json-schemas.js';
import type { OperationParts } from './operation-parts.js';

/** All answers of an operation by their statuses. */
export function answersOf(
  operation: Operation,
  { response, stream }: OperationParts,
  shapes: Readonly<Record<string, JsonObject>>,
): Record<string, JsonObject> {
  return {
    [operation.status]: {
      description: operation.status === 201 ? 'It was made.' : 'It was done.',
      headers: headersOf(operation, operation.status),
      content: {
        'application/json': jsonContent(response, shapes),
        ...(stream && streamContent(stream, shapes)),
      },
    },
    ...errorAnswers(operation),
  };
}

/** A body of a schema, with an example. */
export function jsonContent(
  schema: JsonObject,
  shapes: Readonly<Record<string, JsonObject>>,
): JsonObject {
  return { schema, example: exampleOf(schema, shapes) };
}

/** OpenAPI 3.1 has no words for what comes one by one, so the schema of an item stands beside the text's. */
function streamContent(item: JsonObject, shapes: Readonly<Record<string, JsonObject>>) {
  const example = exampleOf(item, shapes);
  const { seq } = example as { seq: number };
  const json = JSON.stringify(example);
  return {
    'application/x-ndjson': {
      schema: {
        type: 'string',
        description:
          'With follow=true: an entry per line, each a JSON object, as they come. An empty line is a sign of life.',
      },
      example: `${json}\n`,
      'x-item-schema': item,
    },
    'text/event-stream': {
      schema: {
        type: 'string',
        description:
          'With follow=true and Accept: text/event-stream: an event per entry, with EPOCH:SEQ as its id. A comment is a sign of life. The event "end" says that the instance was deleted.',
      },
      example: `id: ${exampleEpoch}:${seq}\ndata: ${json}\n\n`,
      'x-item-schema': item,
    },
  };
}
