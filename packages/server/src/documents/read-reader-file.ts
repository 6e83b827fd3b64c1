import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the build puts the files of the reader, beside the program. */
const shipped = fileURLToPath(new URL('./reader/', import.meta.url));

/** Reads a file of the reader: as this package brings it along or, from source, where the build takes it from. */
export function readReaderFile(name: string): Promise<Buffer> {
  const file = join(shipped, name);
  return readFile(existsSync(file) ? file : join(installed(), name));
}

function installed(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}
