import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@llamactl/contract';
import type { Logger } from '../log/logger.js';
import { type ConfigSource, type CurrentSettings, configOf, readCurrent } from './config-source.js';
import { configFileName } from './find-config-file.js';
import { openModelFolders } from './open-model-folders.js';
import { removeLeftConfigWrites } from './write-config-file.js';

/**
 * The configuration that a server starts with; tells what its owner should know of it.
 *
 * @throws LlamactlError VALIDATION_FAILED
 */
export async function readAtStart(source: ConfigSource, logger: Logger): Promise<Config> {
  const current = await readCurrent(source);
  const config = configOf(current);
  for (const warning of await startWarnings(current)) logger.warn(warning);
  const { file } = current;
  if (file?.text != null) logger.info('configuration read', { file: file.path });
  if (file !== null && !file.isStream) await removeLeftConfigWrites(file.path);
  return config;
}

/** What the owner of a configuration should know of it. */
export async function startWarnings(current: CurrentSettings): Promise<string[]> {
  const { warnings, config } = current;
  return [...warnings, ...(await unreadFiles(current)), ...(await openModelFolders(config))];
}

/** Files that people may believe to count. */
async function unreadFiles({ config, file }: CurrentSettings): Promise<string[]> {
  if (config?.data_dir === undefined || file === null) return [];
  const own = join(config.data_dir, configFileName);
  const isThere = await access(own).then(
    () => true,
    () => false,
  );
  return isThere && own !== file.path ? [`${own} is not read: ${file.path} comes first`] : [];
}
