import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir } from '@llamactl/testkit';
import { build } from 'tsup';

/** A program of the tests with all it needs in one file, so that plain Node can run it. */
export interface BuiltProgram extends AsyncDisposable {
  readonly file: string;
}

/** @param source - URL of its TypeScript file. */
export async function buildProgram(source: URL): Promise<BuiltProgram> {
  const dir = await tempDir();
  // The process that esbuild works in ends now and then on a busy machine; the next build starts another.
  await bundle(source, dir.path).catch(() => bundle(source, dir.path));
  return { file: join(dir.path, 'program.mjs'), [Symbol.asyncDispose]: () => dir.remove() };
}

function bundle(source: URL, outDir: string): Promise<void> {
  return build({
    entry: { program: fileURLToPath(source) },
    outDir,
    format: 'esm',
    target: 'node20',
    noExternal: [/./],
    config: false,
    silent: true,
    outExtension: () => ({ js: '.mjs' }),
    esbuildOptions(options) {
      options.conditions = ['@llamactl/source'];
    },
  });
}
