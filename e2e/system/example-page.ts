import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { build, preview } from 'vite';
import { root } from './built-file.js';

/** An example's page, bundled and served, with the API behind the same address. */
export interface ExamplePage extends AsyncDisposable {
  readonly url: string;
}

/** Bundles the page of an example as its `npm run build` does, and serves it in front of a Llamactl server. */
export async function examplePage(name: string, serverUrl: string): Promise<ExamplePage> {
  // Its configuration reads it.
  process.env.LLAMACTL_URL = serverUrl;
  const dir = await tempDir('llamactl-page-');
  const settings = {
    root: join(root, 'examples', name),
    // A page that is closed cuts its socket, of which it would complain.
    logLevel: 'silent' as const,
    build: { outDir: dir.path, emptyOutDir: true },
    preview: { host: '127.0.0.1', port: 0 },
  };
  await build(settings);
  const server = await preview(settings);
  const [url = ''] = server.resolvedUrls?.local ?? [];
  return {
    url,
    async [Symbol.asyncDispose]() {
      await server.close();
      await dir.remove();
    },
  };
}
