import { dirname, resolve } from 'node:path';
import type { Config } from '@llamactl/contract';
import { type ConfigProblem, configError } from './config-problem.js';
import { type ConfigSources, type Reading, readSettings } from './read-settings.js';

/** The file that counts, or that would if it were made. */
export interface LocatedFile {
  readonly path: string;
  /** Null when it is not there. */
  readonly text: string | null;
  /** Whether it is a stream, as of `--config <(…)`: it is read once and cannot be written. */
  readonly isStream?: boolean;
  /** Whether it was found by looking into the data folder. */
  readonly isInDataDir?: boolean;
}

/** Where the settings of a server come from, now and whenever somebody asks again. */
export interface ConfigSource {
  /** Looks for the file anew; null when there is no place for one. */
  locate(): Promise<LocatedFile | null>;
  /** What goes over the file. */
  readonly over: Omit<ConfigSources, 'file'>;
}

/** The settings at one moment. */
export interface CurrentSettings extends Reading {
  readonly file: LocatedFile | null;
}

/** Reads the settings as they are now. */
export async function readCurrent(source: ConfigSource): Promise<CurrentSettings> {
  const file = await source.locate();
  return { file, ...readWith(source, file) };
}

/** What the settings would be with that file. */
export function readWith({ over }: ConfigSource, file: LocatedFile | null): Reading {
  const text = file?.text ?? null;
  const reading = readSettings({
    ...over,
    ...(file !== null && text !== null && { file: { path: file.path, text } }),
  });
  const config = reading.config && withWholePath(reading.config);
  if (!file?.isInDataDir || !config || config.data_dir === dirname(file.path)) {
    return { ...reading, config };
  }
  return { ...reading, config: null, problems: [elsewhere(file.path)] };
}

/** The configuration to start with. @throws LlamactlError VALIDATION_FAILED */
export function configOf({ config, problems }: Reading): Config {
  if (config === null) throw configError(problems);
  return config;
}

function withWholePath(config: Config): Config {
  return config.data_dir === undefined ? config : { ...config, data_dir: resolve(config.data_dir) };
}

function elsewhere(place: string): ConfigProblem {
  const message =
    'cannot be another folder than the one this file is in; say it with --data-dir or LLAMACTL_DATA_DIR';
  return { place, path: 'data_dir', message };
}
