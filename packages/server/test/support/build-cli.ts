import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bundles the bin out of the sources, those of the other packages included, so that nothing needs to be
 * built before. Returns its path.
 */
export async function buildCli(): Promise<string> {
  const outDir = `${root}.cache/test-bin`;
  await build({
    config: false,
    silent: true,
    skipNodeModulesBundle: true,
    entry: [`${root}src/cli.ts`],
    outDir,
    format: ['esm'],
    target: 'node20',
    noExternal: [/^@llamactl\//],
    esbuildOptions: (options) => {
      options.conditions = ['@llamactl/source'];
    },
  });
  return `${outDir}/cli.js`;
}
