import { fileLength } from './file-length.mjs';
import { fileName } from './file-name.mjs';
import { importDirection } from './import-direction.mjs';
import { leftOutTests } from './left-out-tests.mjs';
import { unfinished } from './unfinished.mjs';

/** @type {readonly import('./rule.mjs').Rule[]} */
const rules = [fileLength, fileName, importDirection, leftOutTests, unfinished];

/**
 * Everything that the rules have to say about these files.
 * @param {readonly import('./source-files.mjs').SourceFile[]} files
 * @returns {string[]}
 */
export function structureProblems(files) {
  return files.flatMap((file) => rules.flatMap((rule) => rule(file)));
}
