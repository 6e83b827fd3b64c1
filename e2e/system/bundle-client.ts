import { build } from 'esbuild';
import { builtFile } from './built-file.js';

/**
 * Bundles the client for browsers, as an app's bundler does.
 *
 * @throws Error when it was not built, or when it, or anything it brings along, needs Node
 */
export async function bundleClient(): Promise<string> {
  builtFile('packages/client/dist/index.js');
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from '@llamactl/client';`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
