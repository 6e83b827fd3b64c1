// A manager that wants a data folder: `program.mjs DIR`. Says `held` or why not; ends at the end of stdin.
import { lockDataDir } from '../../src/storage/data-dir-lock.js';

const [dir = ''] = process.argv.slice(2);
try {
  await lockDataDir(dir);
  console.log(`held by ${process.pid}`);
} catch (error) {
  console.log(`refused: ${error instanceof Error ? error.message : error}`);
}
setInterval(() => {}, 60_000);
