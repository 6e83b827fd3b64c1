// Writes the parts of the documentation that the code knows best. With `--check` it writes nothing and fails when
// a page is not up to date. Reads the built packages, so build first.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCatalogue } from '@llamactl/contract';
import { instanceTransitions } from '@llamactl/core';
import { betweenMarkers } from './generate/between-markers.mjs';
import { errorTable } from './generate/error-table.mjs';
import { stateDiagram } from './generate/state-diagram.mjs';
import { root } from './run/paths.mjs';

/** @type {readonly [path: string, marker: string, content: string][]} */
const pages = [
  ['ARCHITECTURE.md', 'state-diagram', stateDiagram(instanceTransitions, 'stopped')],
  ['docs/errors.md', 'error-table', errorTable(errorCatalogue)],
];

const checking = process.argv.includes('--check');
for (const [path, marker, content] of pages) {
  const file = join(root, path);
  const before = await readFile(file, 'utf8');
  const after = betweenMarkers(before, marker, content);
  if (before === after) continue;
  if (checking) {
    console.log(`${path} is not up to date: run \`npm run generate\` after a build`);
    process.exitCode = 1;
  } else {
    await writeFile(file, after);
    console.log(`${path} written`);
  }
}
