import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Packages of ours, whose sources go into the program; what they depend on stays outside. */
const bundled = ['contract', 'core', 'server'];

/**
 * Bundles a program out of the sources, those of the other packages included, so that nothing needs to be
 * built before. Returns its path.
 *
 * @param source - URL of its TypeScript file.
 */
export async function buildProgram(source: URL): Promise<string> {
  const entry = fileURLToPath(source);
  const name = basename(entry, '.ts');
  // Test files that run at once must not write over what another one has just started.
  const outdir = `${root}.cache/test-${name}-${process.env.VITEST_POOL_ID ?? 0}`;
  // Not `build`: the process that it shares between calls may end, and esbuild never starts another.
  buildSync({
    entryPoints: [entry],
    outdir,
    bundle: true,
    // What is imported later stays apart, as in what is published.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@llamactl/source'],
    external: bundled.flatMap(dependencies),
    logLevel: 'error',
  });
  return `${outdir}/${name}.js`;
}

function dependencies(name: string): string[] {
  const manifest = JSON.parse(readFileSync(`${root}../${name}/package.json`, 'utf8'));
  return Object.keys(manifest.dependencies).filter((each) => !each.startsWith('@llamactl/'));
}
