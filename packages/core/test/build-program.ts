import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir } from '@llamactl/testkit';
import { buildSync } from 'esbuild';

/** A program of the tests with all it needs in one file, so that plain Node can run it. */
export interface BuiltProgram extends AsyncDisposable {
  readonly file: string;
}

/** @param source - URL of its TypeScript file. */
export async function buildProgram(source: URL): Promise<BuiltProgram> {
  const dir = await tempDir();
  const file = join(dir.path, 'program.mjs');
  // Not `build`: the process that it shares between calls may end, and esbuild never starts another.
  buildSync({
    entryPoints: [fileURLToPath(source)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@llamactl/source'],
    logLevel: 'error',
  });
  return { file, [Symbol.asyncDispose]: () => dir.remove() };
}
