import { channel } from 'node:diagnostics_channel';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger, type Logger, silentLogger } from '../../src/log/logger.js';

/** Where the watch over the tests hears what servers in their own process write. */
const said = channel('llamactl.test.said');
const debug = createLogger('debug', (line) => said.publish(line));

/** A logger that everybody who watches hears too, down to the last detail. */
export function overheard(logger: Logger = silentLogger): Logger {
  const both =
    (level: 'debug' | 'info' | 'warn' | 'error'): Logger['debug'] =>
    (message, fields) => {
      debug[level](message, fields);
      logger[level](message, fields);
    };
  return { debug: both('debug'), info: both('info'), warn: both('warn'), error: both('error') };
}

/** Lets them hear the logs of the instances in a data folder too. */
export async function publishLogs(dataDir: string): Promise<void> {
  const folder = join(dataDir, 'logs');
  for (const name of await readdir(folder).catch(() => [])) {
    const bytes = await readFile(join(folder, name)).catch(() => Buffer.alloc(0));
    said.publish(bytes.subarray(0, 1_048_576).toString('latin1'));
  }
}
