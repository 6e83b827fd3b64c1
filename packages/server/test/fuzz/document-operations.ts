import openapi from '@llamactl/contract/openapi.json' with { type: 'json' };
import type { JsonSchema, Shapes } from './json-schema.js';

/** An answer of an operation, as the document has it. */
export interface DocumentedAnswer {
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, DocumentedContent>>;
}

interface DocumentedContent {
  readonly schema: JsonSchema;
  /** Of what comes one by one. */
  readonly 'x-item-schema'?: JsonSchema;
}

/** An operation, as the document has it. */
export interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Whether it asks for a credential while authentication is on. */
  readonly isPublic: boolean;
  readonly params: JsonSchema;
  readonly query: JsonSchema;
  readonly headers: JsonSchema;
  /** Undefined where no body is read. */
  readonly body: JsonSchema | undefined;
  readonly bodyRequired: boolean;
  /** Whether it goes on to an instance, which may answer anything, and to which any other method goes, too. */
  readonly isProxied: boolean;
  /** By statuses, `4XX` and its like, or `default`, with the keys that lead to each in the document. */
  readonly answers: Readonly<Record<string, { answer: DocumentedAnswer; at: readonly string[] }>>;
}

/** The committed document. Only tests of the document itself make it anew. */
// biome-ignore lint/suspicious/noExplicitAny: what it looks like is checked against the official schema
export const document: any = openapi;

export const shapes: Shapes = document.components.schemas;

/** Everything that the document says can be asked for. */
export const documentedOperations: readonly DocumentedOperation[] = Object.entries(
  document.paths as Record<string, Record<string, Described>>,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => read(path, method, described)),
);

interface Described {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<string, DocumentedAnswer & { readonly $ref?: string }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

function read(path: string, method: string, described: Described): DocumentedOperation {
  const { operationId, security, parameters = [], requestBody, responses } = described;
  return {
    id: operationId,
    method: method.toUpperCase(),
    path,
    isPublic: security.length === 0,
    params: schemaOf(parameters, 'path'),
    query: schemaOf(parameters, 'query'),
    headers: schemaOf(parameters, 'header'),
    body: requestBody?.content['application/json']?.schema,
    bodyRequired: requestBody?.required ?? false,
    isProxied: responses.default !== undefined,
    answers: Object.fromEntries(
      Object.entries(responses).map(([status, answer]) => {
        const own = ['paths', path, method, 'responses', status];
        const at = answer.$ref === undefined ? own : answer.$ref.slice(2).split('/');
        const found = at.reduce((part, key) => part[key], document);
        return [status, { answer: found as DocumentedAnswer, at }];
      }),
    ),
  };
}

/** Parameters of one place as the schema of an object. */
function schemaOf(parameters: readonly Parameter[], place: string): JsonSchema {
  const own = parameters.filter((parameter) => parameter.in === place);
  return {
    type: 'object',
    properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema])),
    required: own.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}
