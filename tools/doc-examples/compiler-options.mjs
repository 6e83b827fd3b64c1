import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../run/paths.mjs';

/** How the packages are compiled, with what a browser has beside it. */
export function compilerOptions() {
  const file = join(root, 'tsconfig.base.json');
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return { ...options, lib: [...(options.lib ?? []), 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'] };
}
