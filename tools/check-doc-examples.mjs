// Every public name of the client has an example in its comment, and each example compiles; so does what its pages show.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exampleProblems } from './doc-examples/example-problems.mjs';
import { markdownExamples } from './doc-examples/markdown-examples.mjs';
import { publicNames } from './doc-examples/public-names.mjs';
import { root } from './run/paths.mjs';

const home = join(root, 'packages/client');
const names = publicNames(join(home, 'src/index.ts'), {
  root,
  home: join(home, 'src'),
  withMembers: ['LlamactlClient'],
});
const shown = await Promise.all(
  ['docs/user-guide/sdk.md', 'packages/client/README.md'].map(async (path) =>
    markdownExamples(path, await readFile(join(root, path), 'utf8')),
  ),
);
const examples = [...names.flatMap((name) => name.examples), ...shown.flat()];
const problems = [
  ...names
    .filter((name) => name.examples.length === 0)
    .map(({ name, where }) => `${where}: ${name} has no @example`),
  ...exampleProblems(examples, home),
];
for (const problem of problems) console.log(problem);
console.log(
  `${names.length} public names, ${examples.length} examples, ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
