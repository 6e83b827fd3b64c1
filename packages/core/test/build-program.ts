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
  await build({
    entry: { program: fileURLToPath(source) },
    outDir: dir.path,
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
  return { file: join(dir.path, 'program.mjs'), [Symbol.asyncDispose]: () => dir.remove() };
}
