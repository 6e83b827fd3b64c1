import type { Config } from '@llamactl/contract';
import { configError } from './config-problem.js';
import { type ConfigSources, readSettings } from './read-settings.js';

/** A configuration, and what its owner should know of it. */
export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/**
 * Puts a configuration together: the file, what the app says over it, `LLAMACTL_*` over that, flags over
 * that, defaults below. Reads nothing but its arguments.
 *
 * @throws LlamactlError VALIDATION_FAILED with `issues`
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const { config, problems, warnings } = readSettings(sources);
  if (config === null) throw configError(problems);
  return { config, warnings };
}
