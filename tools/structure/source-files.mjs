import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const skipped = new Set(['node_modules', 'dist', 'coverage', '.git', '.turbo', '.cache']);
const source = /\.(ts|tsx|mts|mjs|js|svelte|css)$/;

/**
 * @typedef {object} SourceFile
 * @property {string} path Relative to the root, with `/`.
 * @property {string} text
 */

/**
 * Every source file under a folder, built and downloaded ones left out.
 * @param {string} root
 * @returns {Promise<SourceFile[]>}
 */
export async function sourceFiles(root) {
  const paths = await pathsUnder(root);
  return Promise.all(
    paths.sort().map(async (path) => ({
      path: relative(root, path).split(sep).join('/'),
      text: await readFile(path, 'utf8'),
    })),
  );
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function pathsUnder(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : pathsUnder(path);
      return entry.isFile() && source.test(entry.name) ? [path] : [];
    }),
  );
  return nested.flat();
}
