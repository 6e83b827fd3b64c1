import { createRequire } from 'node:module';

/** The version of this package. */
export function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('@llamactl/server/package.json');
  return String((manifest as { version?: unknown }).version);
}
