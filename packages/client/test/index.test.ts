import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const largestBrotliBytes = 40_000;

describe('the bundle for browsers', () => {
  it('needs nothing of Node and stays small', async () => {
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
    const [bundle] = outputFiles;
    expect(bundle?.text).toContain('/api/instances');
    const size = brotliCompressSync(bundle?.contents ?? '').byteLength;

    expect(size).toBeLessThan(largestBrotliBytes);
  });
});
