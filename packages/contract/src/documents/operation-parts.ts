import type * as z from 'zod/mini';
import type { Operation } from '../operation.js';
import { type JsonObject, toJsonSchemas } from './json-schemas.js';

/** The schemas of an operation as JSON Schema. */
export interface OperationParts {
  readonly params?: JsonObject;
  readonly query?: JsonObject;
  readonly body?: JsonObject;
  readonly response: JsonObject;
  readonly stream?: JsonObject;
}

const requestParts = ['params', 'query', 'body'] as const;
const answerParts = ['response', 'stream'] as const;

/** Turns the schemas of all operations into JSON Schema, with references to shapes. */
export function operationParts(
  operations: Readonly<Record<string, Operation>>,
): Record<string, OperationParts> {
  const requests = convert(operations, requestParts, 'input');
  const answers = convert(operations, answerParts, 'output');
  return Object.fromEntries(
    Object.keys(operations).map((id) => [id, { ...requests[id], ...answers[id] }]),
  ) as Record<string, OperationParts>;
}

function convert(
  operations: Readonly<Record<string, Operation>>,
  parts: readonly (keyof OperationParts)[],
  io: 'input' | 'output',
): Record<string, Partial<Record<keyof OperationParts, JsonObject>>> {
  const schemas = Object.entries(operations).flatMap(([id, operation]) =>
    parts.flatMap((part): [string, z.ZodMiniType][] => {
      const schema = operation[part];
      return schema === undefined ? [] : [[`${id}.${part}`, schema]];
    }),
  );
  const json = toJsonSchemas(Object.fromEntries(schemas), { target: 'draft-2020-12', io });
  return Object.fromEntries(
    Object.keys(operations).map((id) => [
      id,
      Object.fromEntries(
        parts.flatMap((part) => {
          const schema = json[`${id}.${part}`];
          return schema === undefined ? [] : [[part, schema]];
        }),
      ),
    ]),
  );
}
