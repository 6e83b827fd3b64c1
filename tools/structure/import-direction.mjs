import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { importsOf } from './imports.mjs';

/** What the sources of each package may import out of this repository. */
const allowed = new Map([
  ['packages/contract', []],
  ['packages/core', ['@llamactl/contract']],
  ['packages/server', ['@llamactl/contract', '@llamactl/core']],
  ['packages/client', ['@llamactl/contract']],
  ['packages/testkit', ['@llamactl/contract']],
  ['apps/cli', ['@llamactl/client']],
  ['apps/web', ['@llamactl/client']],
]);

/** Packages that also run in a browser. */
const isomorphic = new Set(['packages/contract', 'packages/client', 'apps/web']);
const httpServers = /^(koa|koa-.*|@koa\/.*|ws|express|fastify)(\/|$)/;

/**
 * contract <- core <- server, contract <- client <- apps, and nothing else.
 * @type {import('./rule.mjs').Rule}
 */
export function importDirection({ path, text }) {
  const home = /^((?:packages|apps)\/[^/]+)\/src\//.exec(path)?.[1];
  if (home === undefined) return [];
  const mine = allowed.get(home);
  if (mine === undefined) return [`${path}: say in import-direction.mjs what ${home} may import`];
  return importsOf(text).flatMap((specifier) => {
    const reason = complaint(home, path, specifier, mine);
    return reason === null ? [] : [`${path}: imports ${specifier}; ${reason}`];
  });
}

/**
 * @param {string} home
 * @param {string} path
 * @param {string} specifier
 * @param {readonly string[]} mine
 */
function complaint(home, path, specifier, mine) {
  if (specifier.startsWith('.')) return leavesHome(home, path, specifier);
  if (specifier.startsWith('@llamactl/') || specifier === 'llamactl') {
    return mine.includes(specifier)
      ? null
      : `${home} may import ${mine.join(', ') || 'no package'}`;
  }
  // A `-node` file is taken under the condition "node" alone; the bundle test of the client keeps it so.
  const forBrowsers = isomorphic.has(home) && !path.endsWith('-node.ts');
  if (forBrowsers && isBuiltin(specifier)) return 'this package runs in browsers too';
  if (home === 'packages/core' && httpServers.test(specifier)) return 'core serves no HTTP';
  return null;
}

/**
 * @param {string} home
 * @param {string} path
 * @param {string} specifier
 */
function leavesHome(home, path, specifier) {
  const target = posix.join(posix.dirname(path), specifier);
  // package.json is beside src on both sides of a build.
  const inside = target.startsWith(`${home}/src/`) || target === `${home}/package.json`;
  return inside ? null : 'sources import other packages by name';
}

/** @param {string} specifier */
function isBuiltin(specifier) {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}
