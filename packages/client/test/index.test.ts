import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

describe('the bundle for browsers', () => {
  it('needs nothing of Node', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      platform: 'browser',
      format: 'esm',
      conditions: ['@llamactl/source', 'browser', 'import'],
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    expect(imports.filter(({ external, path }) => external || path.startsWith('node:'))).toEqual(
      [],
    );
    expect(Object.keys(metafile.inputs).filter((path) => /\/ws\//.test(path))).toEqual([]);
    expect(outputFiles[0]?.text).toContain('/api/instances');
  });
});
