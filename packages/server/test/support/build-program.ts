import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const root = fileURLToPath(new URL('../..', import.meta.url));

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
  const outDir = `${root}.cache/test-${name}-${process.env.VITEST_POOL_ID ?? 0}`;
  await build({
    config: false,
    silent: true,
    skipNodeModulesBundle: true,
    entry: [entry],
    outDir,
    format: ['esm'],
    target: 'node20',
    noExternal: [/^@llamactl\//],
    esbuildOptions: (options) => {
      options.conditions = ['@llamactl/source'];
    },
  });
  return `${outDir}/${name}.js`;
}
