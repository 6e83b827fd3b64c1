import { join } from 'node:path';
import { build } from 'vite';

/** Bundles a script of an app for browsers with Vite, as for a page; what it exports stays exported. */
export async function viteBundle(folder: string, file: string): Promise<string> {
  const result = await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      rolldownOptions: { input: join(folder, file), preserveEntrySignatures: 'strict' },
    },
  });
  const [only] = [result].flat();
  if (only === undefined || !('output' in only)) throw new Error('Vite made nothing');
  return only.output[0].code;
}
