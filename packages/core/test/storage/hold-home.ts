// An app without a data folder that has something running: `program.mjs`. Says where its home is and which
// run it has; closes the home at SIGTERM.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startRun } from '../../src/process/start-run.js';
import { stopRun } from '../../src/process/stop-run.js';
import { openTempHome } from '../../src/storage/temp-home.js';

const home = await openTempHome();
await mkdir(join(home.dir, 'runs'));
const run = await startRun({
  launch: { file: '/bin/sleep', args: ['60'], env: {} },
  runDir: join(home.dir, 'runs', 'a'),
  logFile: join(home.dir, 'a.log'),
  instance: 'a',
  tied: false,
});
process.on('SIGTERM', async () => {
  await stopRun(run, { timeoutMs: 0, force: true });
  await home.close();
  process.exit(0);
});
console.log(JSON.stringify({ dir: home.dir, pid: run.pid }));
setInterval(() => {}, 60_000);
