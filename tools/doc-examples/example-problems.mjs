import { join } from 'node:path';
import ts from 'typescript';
import { compilerOptions } from './compiler-options.mjs';

const ownClient = /\b(?:const|let) client\b/;
const givenClient = `declare const client: import('@llamactl/client').LlamactlClient;`;

/**
 * What the compiler says against examples, each compiled as a module of its own in a folder. One that makes no
 * `client` has one.
 * @param {readonly import('./public-names.mjs').DocExample[]} examples
 * @param {string} folder Absolute; decides what can be imported.
 * @returns {string[]}
 */
export function exampleProblems(examples, folder) {
  const files = new Map(
    examples.map((example, index) => [join(folder, `doc-example-${index}.ts`), example]),
  );
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => {
    const example = files.get(name);
    return example === undefined ? readFile(name) : moduleOf(example.code);
  };
  host.getSourceFile = (name, languageVersion) => {
    const text = host.readFile(name);
    return text === undefined ? undefined : ts.createSourceFile(name, text, languageVersion, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([name, { where }]) => {
    const source = program.getSourceFile(name);
    return ts
      .getPreEmitDiagnostics(program, source)
      .map(({ messageText }) => `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}

/** @param {string} code */
function moduleOf(code) {
  return `export {};\n${ownClient.test(code) ? '' : givenClient}\n${code}\n`;
}
