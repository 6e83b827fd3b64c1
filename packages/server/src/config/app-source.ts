import { resolve } from 'node:path';
import type { ConfigInput } from '@llamactl/contract';
import type { ConfigSource } from './config-source.js';
import { configFileName, readConfigFile } from './find-config-file.js';

/** What an app says of the settings of the server that it embeds. */
export interface AppSettings {
  readonly config?: ConfigInput;
  readonly host?: string;
  readonly port?: number;
  readonly basePath?: string;
  readonly dataDir?: string;
}

/** Settings of an embedded server: what the app says, over `llamactl.yaml` in its data folder. */
export function appSource(settings: AppSettings): ConfigSource {
  const app = configOfApp(settings);
  const { data_dir: dataDir } = app;
  return {
    over: { app },
    // What is no text is found wrong when the settings are checked.
    locate: async () =>
      typeof dataDir === 'string' ? readConfigFile(resolve(dataDir, configFileName)) : null,
  };
}

function configOfApp({ config = {}, host, port, basePath, dataDir }: AppSettings): ConfigInput {
  const given = Object.entries({ host, port, base_path: basePath });
  const server = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return {
    ...config,
    server: { ...config.server, ...server },
    ...(dataDir !== undefined && { data_dir: dataDir }),
  };
}
