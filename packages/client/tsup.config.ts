import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  entry: {
    index: 'src/index.ts',
    'websocket-node': 'src/socket/websocket-node.ts',
    'websocket-browser': 'src/socket/websocket-browser.ts',
  },
  dts: { ...(typeof base.dts === 'object' && base.dts), entry: { index: 'src/index.ts' } },
  // Which of the two it is, is decided where the package is used: see `imports` in package.json.
  external: ['#websocket'],
});
