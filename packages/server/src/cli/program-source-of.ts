import { homedir } from 'node:os';
import type { ConfigSource } from '../config/config-source.js';
import { programSource } from '../config/program-source.js';
import type { Arguments } from './parse-arguments.js';

/** Where the settings of this program come from, by its command line. */
export function programSourceOf({ host, port, dataDir, config }: Arguments): ConfigSource {
  const flags = [
    { path: ['server', 'host'], value: host, flag: '--host' },
    { path: ['server', 'port'], value: port, flag: '--port' },
    { path: ['data_dir'], value: dataDir, flag: '--data-dir' },
  ].filter(({ value }) => value !== undefined);
  const platform = {
    name: process.platform,
    environment: process.env,
    homeFolder: homedir(),
    workingFolder: process.cwd(),
  };
  return programSource({ platform, named: config, flags });
}
