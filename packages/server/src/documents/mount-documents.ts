import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type Router from '@koa/router';
import { type StaticRouteId, staticRoutes } from '@llamactl/contract';
import { docsAssets, docsPage } from './docs-page.js';
import { answerWithFile, type StaticFile } from './static-file.js';

/**
 * Adds what describes the API to a router: the documents, byte for byte as `@llamactl/contract` ships them,
 * and a page to read. They are the same for everybody and hold no secret, so nobody is asked who he is.
 */
export function mountDocuments(router: Router, basePath: string): void {
  for (const [id, file] of Object.entries(files())) {
    const { path } = staticRoutes[id as StaticRouteId];
    router.get(basePath + path, answerWithFile(file));
  }
  for (const [name, file] of Object.entries(docsAssets)) {
    router.get(`${basePath}${staticRoutes.documentation.path}/${name}`, answerWithFile(file));
  }
}

function files(): Readonly<Record<StaticRouteId, StaticFile>> {
  return {
    openApiDocument: contractDocument('openapi.json'),
    asyncApiDocument: contractDocument('asyncapi.json'),
    documentation: docsPage,
  };
}

function contractDocument(name: string): StaticFile {
  const { resolve } = createRequire(import.meta.url);
  return {
    contentType: 'application/json; charset=utf-8',
    read: () => readFile(resolve(`@llamactl/contract/${name}`)),
  };
}
