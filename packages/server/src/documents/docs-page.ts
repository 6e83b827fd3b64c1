import { readReaderFile } from './read-reader-file.js';
import type { StaticFile } from './static-file.js';

/**
 * What the page may do: run our own scripts and styles, and talk to this server. Nothing comes from
 * elsewhere, and nothing goes there.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // The reader draws its icons as data.
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Relative addresses, so that they are right under any base path. The empty icon saves a request. */
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Llamactl API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<noscript>This page needs JavaScript. The API is described in <a href="openapi.json">openapi.json</a>.</noscript>
<main id="reader"></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

/** `validatorUrl` would send the address of the document to a service of the reader's makers. */
const start = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#reader',
  validatorUrl: null,
  deepLinking: true,
  displayOperationId: true,
  defaultModelsExpandDepth: 0,
});
`;

/** The page that shows the API to people. */
export const docsPage: StaticFile = {
  contentType: 'text/html; charset=utf-8',
  headers: { 'Content-Security-Policy': contentSecurityPolicy },
  read: () => page,
};

/** What the page is made of, by the names under its own address. There is nothing else to be had there. */
export const docsAssets: Readonly<Record<string, StaticFile>> = {
  'start.js': { contentType: 'text/javascript; charset=utf-8', read: () => start },
  'swagger-ui-bundle.js': {
    contentType: 'text/javascript; charset=utf-8',
    read: () => readReaderFile('swagger-ui-bundle.js'),
  },
  'swagger-ui.css': {
    contentType: 'text/css; charset=utf-8',
    read: () => readReaderFile('swagger-ui.css'),
  },
};
