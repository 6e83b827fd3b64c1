import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TempDir, tempDir } from '@llamactl/testkit';
import { build } from 'tsup';

/** {@link file} is app.ts with all it needs in one file, so that plain Node can run it. */
export interface BuiltApp extends AsyncDisposable {
  readonly file: string;
}

export async function buildApp(): Promise<BuiltApp> {
  const dir: TempDir = await tempDir();
  await build({
    entry: { app: fileURLToPath(new URL('app.ts', import.meta.url)) },
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
  return { file: join(dir.path, 'app.mjs'), [Symbol.asyncDispose]: () => dir.remove() };
}
