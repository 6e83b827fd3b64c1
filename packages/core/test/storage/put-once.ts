// A manager that changes one definition: `program.mjs DIR put|delete`. Says `done` or the code of the error.
import { createFileStore } from '../../src/storage/file-store.js';
import { definition } from './definition.js';

const [dir = '', change = ''] = process.argv.slice(2);
const store = createFileStore(dir);
try {
  if (change === 'put') await store.put(definition('a', { port: 2 }));
  else await store.delete('a');
  console.log('done');
} catch (error) {
  console.log((error as { code?: string }).code);
}
