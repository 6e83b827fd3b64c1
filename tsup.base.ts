import type { Options } from 'tsup';

/** What every published package shares: ESM for Node 20, source maps, declarations. */
export const base: Options = {
  format: ['esm'],
  target: 'node20',
  sourcemap: true,
  clean: true,
  // tsup sets `baseUrl`, which TypeScript 6 calls deprecated; declarations are made
  // against the built dependencies, so the source condition is switched off.
  dts: { compilerOptions: { ignoreDeprecations: '6.0', customConditions: [] } },
};
