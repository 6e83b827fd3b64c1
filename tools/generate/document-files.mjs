import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAsyncApi, buildOpenApi } from '@llamactl/contract/documents';
import { asyncApiPage } from './asyncapi-page.mjs';

const folder = 'packages/contract';

/**
 * The documents of the API, as the contract ships them, and the page of the one that no reader shows, by their paths in
 * the repository.
 * @param {string} root
 * @returns {Promise<Record<string, string>>}
 */
export async function documentFiles(root) {
  const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  const asyncApi = buildAsyncApi(manifest.version);
  return {
    [`${folder}/documents/openapi.json`]: toText(buildOpenApi(manifest.version)),
    [`${folder}/documents/asyncapi.json`]: toText(asyncApi),
    'docs/websocket.md': asyncApiPage(/** @type {any} */ (asyncApi)),
  };
}

/** @param {object} document */
function toText(document) {
  return `${JSON.stringify(document, null, 2)}\n`;
}
