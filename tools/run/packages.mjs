import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { runProgram } from './run-program.mjs';

/**
 * @typedef {object} PublishedPackage
 * @property {string} name
 * @property {string} folder absolute
 * @property {Record<string, unknown>} manifest
 */

/**
 * The packages of this repository that go to the registry.
 * @returns {Promise<PublishedPackage[]>}
 */
export async function publishedPackages() {
  const folders = await Promise.all(['packages', 'apps'].map(foldersIn));
  const all = await Promise.all(folders.flat().map(readPackage));
  return all.filter(({ manifest }) => manifest.private !== true);
}

/**
 * Packs a package as it would be published.
 * @param {PublishedPackage} published
 * @param {string} destination folder
 * @returns {Promise<string>} path of the tarball
 */
export async function pack({ folder }, destination) {
  const args = ['pack', '--json', '--pack-destination', destination];
  const { filename } = JSON.parse(await runProgram('pnpm', args, { cwd: folder, quiet: true }));
  return filename;
}

/** @param {string} parent */
async function foldersIn(parent) {
  const entries = await readdir(join(root, parent), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, parent, name));
}

/**
 * @param {string} folder
 * @returns {Promise<PublishedPackage>}
 */
async function readPackage(folder) {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return { name: manifest.name, folder, manifest };
}
