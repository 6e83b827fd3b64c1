import { errorCodes } from '../error-code.js';
import type { Operation } from '../operation.js';
import { operations } from '../operations.js';
import { about, restDescription } from './about.js';
import { answersOf, jsonContent } from './answers.js';
import { errorExamples } from './error-answers.js';
import { errorsOf } from './errors-of.js';
import { headers } from './headers.js';
import { type JsonObject, shapeSchemas } from './json-schemas.js';
import { type OperationParts, operationParts } from './operation-parts.js';
import { parametersOf } from './parameters.js';
import { proxyPath } from './proxy-path.js';
import { reachableShapes } from './reachable-shapes.js';
import { describeAccess, securityOf, securitySchemes } from './security.js';
import { type Paths, shareAnswers } from './share-answers.js';
import { staticPaths } from './static-paths.js';
import { tagList, tagOf } from './tags.js';
import { assertDescribed } from './undescribed-fields.js';

type Schemas = Readonly<Record<string, JsonObject>>;

/**
 * The REST API as an OpenAPI 3.1 document, made from the table of operations.
 * @param version - Of the packages.
 * @throws Error when a field has no description, or lacks an example that nothing else gives
 */
export function buildOpenApi(version: string): JsonObject {
  const table: Readonly<Record<string, Operation>> = operations;
  const shapes = shapeSchemas('draft-2020-12');
  const parts = operationParts(table);
  assertDescribed({ ...shapes, ...partsByName(parts) });
  const { paths, responses } = shareAnswers({
    ...operationPaths(table, parts, shapes),
    ...proxyPath(),
    ...staticPaths(),
  });
  return {
    openapi: '3.1.0',
    info: {
      title: about.title,
      version,
      summary: 'Run and watch LLM servers.',
      description: restDescription,
      license: { name: about.license, identifier: about.license },
    },
    servers,
    externalDocs: { description: 'The repository, with guides.', url: about.repository },
    tags: tagList,
    paths,
    components: {
      schemas: reachableShapes({ paths, responses }, shapes),
      responses,
      headers,
      securitySchemes,
      examples: errorExamples(usedErrors(table)),
    },
  };
}

/** The first is relative to the address of the document, so that it is right under any base path. */
const servers = [
  { url: '..', description: 'The server that this document comes from.' },
  { url: 'http://localhost:8080', description: 'A server with default settings.' },
];

function operationPaths(
  table: Readonly<Record<string, Operation>>,
  parts: Readonly<Record<string, OperationParts>>,
  schemas: Schemas,
): Paths {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const [id, operation] of Object.entries(table)) {
    const own = parts[id];
    if (own === undefined) continue;
    const path = paths[operation.path] ?? {};
    path[operation.method.toLowerCase()] = describeOperation(id, operation, own, schemas);
    paths[operation.path] = path;
  }
  return paths;
}

function describeOperation(
  id: string,
  operation: Operation,
  parts: OperationParts,
  schemas: Schemas,
): JsonObject {
  const parameters = parametersOf(parts);
  return {
    operationId: id,
    summary: operation.summary,
    description: notesOn(operation).join(' '),
    tags: [tagOf(operation.path)],
    security: securityOf(operation.access),
    'x-access': operation.access,
    'x-rate-limit': operation.rate ?? 'regular',
    ...(parameters.length > 0 && { parameters }),
    ...(parts.body && {
      requestBody: {
        required: operation.bodyOptional !== true,
        content: { 'application/json': jsonContent(parts.body, schemas) },
      },
    }),
    responses: answersOf(operation, parts, schemas),
  };
}

function notesOn({ access, needsAuth, rate, body }: Operation): string[] {
  return [
    describeAccess(access),
    ...(needsAuth ? ['Answers `AUTH_DISABLED` while authentication is off.'] : []),
    rate === 'uncounted' ? 'Not counted by rate limits.' : `Counted as ${rate ?? 'regular'}.`,
    ...(body ? [] : ['Reads no body.']),
  ];
}

function usedErrors(table: Readonly<Record<string, Operation>>) {
  const used = new Set(Object.values(table).flatMap(errorsOf));
  return errorCodes.filter((code) => used.has(code));
}

function partsByName(parts: Readonly<Record<string, OperationParts>>): Schemas {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([id, own]) =>
      Object.entries(own).map(([part, schema]) => [`${id} ${part}`, schema as JsonObject]),
    ),
  );
}
