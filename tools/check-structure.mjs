import { root } from './run/paths.mjs';
import { structureProblems } from './structure/rules.mjs';
import { sourceFiles } from './structure/source-files.mjs';

const files = await sourceFiles(root);
const problems = structureProblems(files);
for (const problem of problems) console.log(problem);
console.log(`${files.length} files, ${problems.length} structure problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
