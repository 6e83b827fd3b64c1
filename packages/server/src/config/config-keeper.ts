import { isDeepStrictEqual } from 'node:util';
import {
  type Config,
  type ConfigInput,
  configFileSchema,
  LlamactlError,
  type OperationResponse,
} from '@llamactl/contract';
import type { Logger } from '../log/logger.js';
import { asSentence, issuesOf } from './config-problem.js';
import { type ConfigSource, type CurrentSettings, readCurrent } from './config-source.js';
import { maskConfig } from './mask-config.js';
import { layOver } from './plain-data.js';
import { type PresentSettings, planUpdate } from './plan-update.js';
import type { Reading } from './read-settings.js';
import { writeChanges } from './write-changes.js';

/** Shows and changes the settings of a server that runs. */
export interface ConfigKeeper {
  /** The configuration as it is set now, secrets masked. @throws LlamactlError STORAGE_ERROR */
  show(): Promise<Config>;
  /**
   * Changes the file; the server goes on as it is. Changes come one after the other.
   *
   * @throws LlamactlError VALIDATION_FAILED, CONFIG_FILE_ONLY, CONFIG_NOT_KEPT, STORAGE_ERROR, STORAGE_FULL
   */
  update(wanted: ConfigInput): Promise<OperationResponse<'updateConfig'>>;
}

/** What a keeper works with. */
export interface ConfigKeeperOptions {
  readonly source: ConfigSource;
  /** What the server runs with. */
  readonly running: Config;
  readonly logger: Logger;
  /** Told of each change once it is on disk. */
  readonly onChanged: (change: { changed: string[]; restart_required: boolean }) => void;
}

/** The keeper of the settings of one server. */
export function createConfigKeeper(options: ConfigKeeperOptions): ConfigKeeper {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async show() {
      const now = await readNow(options.source);
      return shownOf(usable(now), now);
    },
    update(wanted) {
      const result = last.then(() => update(options, wanted));
      last = result.catch(() => {});
      return result;
    },
  };
}

/** Attempts at a file that somebody else changes at the same time. */
const maxAttempts = 10;

async function update(
  { source, running, logger, onChanged }: ConfigKeeperOptions,
  wanted: ConfigInput,
): Promise<OperationResponse<'updateConfig'>> {
  for (let attempt = 1; ; attempt += 1) {
    const now = await readNow(source);
    if (!now.isFileReadable) throw unusable(now);
    const { changes, overridden } = planUpdate(wanted, presentOf(now));
    const next = changes.length === 0 ? now : await writeChanges(source, now, changes);
    if (next === 'outrun' && attempt < maxAttempts) continue;
    if (next === 'outrun') throw outrun();
    const config = usable(next);
    const changed = changes.map(({ path }) => path.join('.'));
    const restart_required = !isDeepStrictEqual(config, running);
    if (changed.length > 0) {
      logger.info('configuration changed', { file: now.file?.path, changed: changed.join(',') });
      onChanged({ changed, restart_required });
    }
    return {
      message: 'Configuration updated successfully',
      config: shownOf(config, next),
      changed,
      overridden: [...overridden],
      restart_required,
    };
  }
}

async function readNow(source: ConfigSource): Promise<CurrentSettings> {
  try {
    return await readCurrent(source);
  } catch (cause) {
    throw new LlamactlError('STORAGE_ERROR', 'The configuration file cannot be read.', {
      details: 'The log of the server says why. The server goes on with the settings it has.',
      cause,
    });
  }
}

function presentOf(now: CurrentSettings): PresentSettings {
  const defaults = configFileSchema.parse({});
  const effective = now.config ?? layOver(defaults, now.raw);
  return {
    shown: maskConfig(effective, now.secretPaths),
    effective,
    own: layOver(defaults, now.ownRaw),
    decidingPart: now.decidingPart,
  };
}

function shownOf(config: Config, { secretPaths }: Reading): Config {
  return maskConfig(config, secretPaths);
}

/** The file may have been edited since the start, and be wrong now. */
function usable(reading: Reading): Config {
  if (reading.config === null) throw unusable(reading);
  return reading.config;
}

function unusable({ problems }: Reading): LlamactlError {
  const what = problems.map(({ path, message }) => [path, message].filter(Boolean).join(' '));
  const message = asSentence([`The configuration file cannot be used: ${what.join('; ')}`]);
  return new LlamactlError('STORAGE_ERROR', message, {
    details: 'Correct the file by hand. The server goes on with the settings it has.',
    issues: issuesOf(problems),
  });
}

function outrun(): LlamactlError {
  return new LlamactlError('STORAGE_ERROR', 'The configuration file changes all the time.', {
    details: 'Nothing was changed. Find out what else writes it, and try again.',
  });
}
