import { createConfigKeeper } from '../../src/config/config-keeper.js';
import { readConfigFile } from '../../src/config/find-config-file.js';
import { readAtStart } from '../../src/config/read-at-start.js';
import { silentLogger } from '../../src/log/logger.js';

/** The configuration in a file, as a server that starts with it has it. */
export async function openKeeper(path: string) {
  const source = { over: {}, locate: () => readConfigFile(path) };
  const running = await readAtStart(source, silentLogger);
  return createConfigKeeper({ source, running, logger: silentLogger, onChanged: () => {} });
}
