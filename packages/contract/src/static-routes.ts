/** Something that the server hands out as it is, beside the operations. */
export interface StaticRoute {
  readonly path: string;
  readonly summary: string;
  readonly contentType: string;
}

/** What describes the API: two documents for programs, one page for people. Everybody may read them. */
export const staticRoutes = {
  openApiDocument: {
    path: '/api/openapi.json',
    summary: 'The REST API as an OpenAPI 3.1 document: this one.',
    contentType: 'application/json',
  },
  asyncApiDocument: {
    path: '/api/asyncapi.json',
    summary: 'The WebSocket API as an AsyncAPI 3.0 document.',
    contentType: 'application/json',
  },
  documentation: {
    path: '/api/docs',
    summary: 'The REST API as a page to read and to try.',
    contentType: 'text/html',
  },
} as const satisfies Record<string, StaticRoute>;

export type StaticRouteId = keyof typeof staticRoutes;
