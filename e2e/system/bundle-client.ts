import { build } from 'esbuild';
import { builtFile } from './built-file.js';

/**
 * Bundles the client for browsers, as an app's bundler does.
 *
 * @param folder - Where to look for the package. Default: this workspace, where it must have been built.
 * @throws Error when it, or anything it brings along, needs Node
 */
export async function bundleClient(folder?: string): Promise<string> {
  if (folder === undefined) builtFile('packages/client/dist/index.js');
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from '@llamactl/client';`,
      resolveDir: folder ?? import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
