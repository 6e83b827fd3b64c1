import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/cli.ts'],
  define: { LLAMACTL_BUILD_TIME: JSON.stringify(new Date().toISOString()) },
});
