// Writes the documents of the API, the schema of the configuration, and the parts of the documentation that the code
// knows best. With `--check` it writes nothing and fails when something is not up to date. Reads the built packages, so
// build first.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configFileOnly, configFileSchema, errorCatalogue } from '@llamactl/contract';
import { instanceTransitions } from '@llamactl/core';
import { environmentVariableOf } from '@llamactl/server';
import { apiReferenceParts } from './generate/api-reference.mjs';
import { betweenMarkers } from './generate/between-markers.mjs';
import { configSchema } from './generate/config-schema.mjs';
import { configTable } from './generate/config-table.mjs';
import { documentFiles } from './generate/document-files.mjs';
import { errorTable } from './generate/error-table.mjs';
import { referenceCoverage } from './generate/reference-coverage.mjs';
import { stateDiagram } from './generate/state-diagram.mjs';
import { root } from './run/paths.mjs';

const settings = configTable(configFileSchema, {
  fileOnly: configFileOnly,
  variableOf: environmentVariableOf,
});
const diagram = stateDiagram(instanceTransitions, 'stopped');

/** @type {Readonly<Record<string, readonly [marker: string, content: string][]>>} */
const pages = {
  'ARCHITECTURE.md': [['state-diagram', diagram]],
  'docs/errors.md': [['error-table', errorTable(errorCatalogue)]],
  'docs/reference-coverage.md': [['coverage', await referenceCoverage(root)]],
  'docs/user-guide/api-reference.md': apiReferenceParts(),
  'docs/user-guide/configuration.md': [['settings', settings]],
  'docs/user-guide/managing-instances.md': [['state-diagram', diagram]],
};

/** @type {Readonly<Record<string, string>>} */
const files = {
  ...(await documentFiles(root)),
  'packages/server/config.schema.json': configSchema(configFileSchema),
};

const checking = process.argv.includes('--check');
for (const [path, text] of Object.entries(files)) await keep(path, () => text);
for (const [path, parts] of Object.entries(pages)) {
  await keep(path, (before) =>
    parts.reduce((page, [marker, text]) => betweenMarkers(page, marker, text), before),
  );
}

/**
 * @param {string} path
 * @param {(before: string) => string} make
 */
async function keep(path, make) {
  const file = join(root, path);
  const before = await readFile(file, 'utf8').catch(() => '');
  const after = make(before);
  if (before === after) return;
  if (checking) {
    console.log(`${path} is not up to date: run \`npm run generate\` after a build`);
    process.exitCode = 1;
  } else {
    await writeFile(file, after);
    console.log(`${path} written`);
  }
}
