// A server that changes its settings once: `node change-config-once.js FILE`. Says `done` or the code of the error.
import { createConfigKeeper } from '../../src/config/config-keeper.js';
import { readConfigFile } from '../../src/config/find-config-file.js';
import { readAtStart } from '../../src/config/read-at-start.js';
import { silentLogger } from '../../src/log/logger.js';

const [path = ''] = process.argv.slice(2);
const source = { over: {}, locate: () => readConfigFile(path) };
const running = await readAtStart(source, silentLogger);
const keeper = createConfigKeeper({ source, running, logger: silentLogger, onChanged: () => {} });
try {
  await keeper.update({ logs: { max_files: 4 } });
  console.log('done');
} catch (error) {
  console.log((error as { code?: string }).code);
}
