// A manager that changes definitions without end: `program.mjs DIR`. Writes `INSTANCE N` before it puts the
// definition with the port N, and `INSTANCE N done` when that was acknowledged.
import { writeSync } from 'node:fs';
import { createFileStore } from '../../src/storage/file-store.js';
import { definition } from './definition.js';

const [dir = ''] = process.argv.slice(2);
const store = createFileStore(dir);
const known = new Map((await store.load()).map(({ name, port }) => [name, port]));

await Promise.all(['a', 'b', 'c'].map(changeForever));

async function changeForever(name: string) {
  for (let port = (known.get(name) ?? 0) + 1; ; port++) {
    writeSync(1, `${name} ${port}\n`);
    await store.put(
      definition(name, { port, extra_args: Array(port % 100).fill('x'.repeat(100)) }),
    );
    writeSync(1, `${name} ${port} done\n`);
  }
}
