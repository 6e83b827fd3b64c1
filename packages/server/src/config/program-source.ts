import type { ConfigSource, LocatedFile } from './config-source.js';
import { findConfigFile } from './find-config-file.js';
import { defaultDataDir, type Platform } from './platform-folders.js';
import type { FlagSetting } from './read-settings.js';

/** What the program was started with. */
export interface ProgramSettings {
  readonly platform: Platform;
  /** The file of `--config`. */
  readonly named?: string | undefined;
  readonly flags: readonly FlagSetting[];
}

/** Settings of the program: a file, `LLAMACTL_*` over it, flags over that. */
export function programSource({ platform, named, flags }: ProgramSettings): ConfigSource {
  const { environment } = platform;
  const said = flags.find(({ path }) => path.join('.') === 'data_dir')?.value;
  const dataDir = String(said ?? (environment.LLAMACTL_DATA_DIR || defaultDataDir(platform)));
  let stream: LocatedFile | undefined;
  return {
    over: { environment, flags, dataDir },
    async locate() {
      if (stream) return stream;
      const file = await findConfigFile({ platform, named, dataDir });
      if (file.isStream) stream = file;
      return file;
    },
  };
}
