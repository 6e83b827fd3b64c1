import { type Config, configFileSchema } from '@llamactl/contract';
import * as z from 'zod';
import { checkConfig } from './check-config.js';
import { type ConfigFile, parseConfigFile } from './parse-config-file.js';
import { readEnvironment } from './read-environment.js';
import { setAt } from './set-at.js';
import type { Environment } from './substitute-variables.js';

/** Where settings come from; later ones win. */
export interface ConfigSources {
  readonly file?: ConfigFile | undefined;
  readonly environment?: Environment;
  /** Settings given on the command line, by their path. */
  readonly flags?: readonly { readonly path: readonly string[]; readonly value: unknown }[];
}

/** A configuration, and what its owner should know of it. */
export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/**
 * Puts a configuration together: the file, `LLAMACTL_*` over it, flags over that, defaults below. Reads
 * nothing but its arguments.
 *
 * @throws LlamactlError VALIDATION_FAILED with `issues`
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const { file, environment = {}, flags = [] } = sources;
  const schema = z.toJSONSchema(configFileSchema, { io: 'input' }) as object;
  const raw = file ? parseConfigFile(file, environment) : {};
  const { settings, warnings } = readEnvironment(environment, schema);
  for (const { path, value } of [...settings, ...flags]) setAt(raw, path, value);
  return { config: checkConfig(raw, file?.path), warnings };
}
