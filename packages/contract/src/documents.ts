export { buildAsyncApi } from './documents/asyncapi.js';
export { buildOpenApi } from './documents/openapi.js';
