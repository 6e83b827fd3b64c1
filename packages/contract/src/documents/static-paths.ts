import { type StaticRoute, staticRoutes } from '../static-routes.js';
import { errorAnswers } from './error-answers.js';
import type { Failing } from './errors-of.js';
import { headersOf } from './headers.js';
import { type JsonObject, refTo } from './json-schemas.js';
import type { Paths } from './share-answers.js';
import { tagOf } from './tags.js';

/** The paths of what is handed out as it is. */
export function staticPaths(): Paths {
  return Object.fromEntries(
    Object.entries(staticRoutes).map(([id, route]) => [route.path, { get: describe(id, route) }]),
  );
}

const failing = {
  access: 'public',
  rate: 'uncounted',
  errors: [],
} as const satisfies Failing;

function describe(id: string, { path, summary, contentType }: StaticRoute): JsonObject {
  const headers = { ...headersOf(failing, 200), ETag: refTo('ETag', 'headers') };
  return {
    operationId: id,
    summary,
    tags: [tagOf(path)],
    security: [],
    responses: {
      200: {
        description: 'Here it is.',
        headers,
        content: {
          [contentType]: {
            schema: { type: contentType === 'application/json' ? 'object' : 'string' },
          },
        },
      },
      304: { description: 'It is what If-None-Match says that the client has.', headers },
      ...errorAnswers(failing),
    },
  };
}
