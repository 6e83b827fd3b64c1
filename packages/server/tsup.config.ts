import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

/** What the page of the API needs; the package that it comes from reports every install, and is not shipped. */
const readerFiles = [
  'LICENSE',
  'NOTICE',
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'swagger-ui.css',
];

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/cli.ts'],
  define: { LLAMACTL_BUILD_TIME: JSON.stringify(new Date().toISOString()) },
  async onSuccess() {
    const reader = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json');
    await mkdir('dist/reader', { recursive: true });
    for (const name of readerFiles) {
      await copyFile(join(dirname(reader), name), join('dist/reader', name));
    }
  },
});
