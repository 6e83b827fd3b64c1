import { type Config, type ConfigInput, configFileSchema } from '@llamactl/contract';
import * as z from 'zod/mini';
import type { JsonSchema } from '../http/validation/describe-schema.js';
import { checkConfig } from './check-config.js';
import type { ConfigProblem } from './config-problem.js';
import { type ConfigFile, parseConfigFile } from './parse-config-file.js';
import { type DataPath, isRecord, isWithin, layOver, nest, valueAt } from './plain-data.js';
import { type EnvironmentSetting, readEnvironment } from './read-environment.js';
import type { Environment } from './substitute-variables.js';

/** Where settings come from; later ones win. */
export interface ConfigSources {
  readonly file?: ConfigFile | undefined;
  /** What an app that embeds the server says. */
  readonly app?: ConfigInput;
  readonly environment?: Environment;
  /** Settings given on the command line, by their path. */
  readonly flags?: readonly FlagSetting[];
  /** The data folder, unless one of these says another. */
  readonly dataDir?: string;
}

/** A setting given on the command line. */
export interface FlagSetting {
  readonly path: DataPath;
  readonly value: unknown;
  /** As in `--port`. */
  readonly flag?: string;
}

/** One part of what the sources say. */
export interface Setting {
  readonly by: 'file' | 'app' | 'environment' | 'flag';
  /** The file, variable or flag. */
  readonly name: string;
  /** Where its value belongs; empty for a whole configuration. */
  readonly path: DataPath;
  readonly value: unknown;
}

/** What the sources say together. */
export interface Reading {
  /** Null when there are problems. */
  readonly config: Config | null;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
  /** Everything that was said, laid over each other, unchecked and without defaults. */
  readonly raw: unknown;
  /** The same of the file alone. */
  readonly ownRaw: unknown;
  /** Whether the file can be read at all. */
  readonly isFileReadable: boolean;
  /** Settings that are secret wherever they stand. */
  readonly secretPaths: readonly DataPath[];
  /** The part that decides over a setting; none when that has its default. */
  decidingPart(path: DataPath): Setting | undefined;
}

/** Puts together what the sources say, and finds all that is wrong with it. */
export function readSettings(sources: ConfigSources): Reading {
  const { file, dataDir, environment = {} } = sources;
  const schema = z.toJSONSchema(configFileSchema, { io: 'input' }) as JsonSchema;
  const parsed = parseConfigFile(file ?? { path: '', text: '' }, environment);
  const outside = readEnvironment(environment, schema);
  const settings = settingsOf(sources, parsed.raw, outside.settings);
  const decidingPart = (at: DataPath) => settings.findLast((setting) => decides(setting, at));
  const placeOf = (path: DataPath) => {
    const part = decidingPart(path);
    return part?.by === 'file' ? parsed.placeOf(path) : (part?.name ?? '');
  };
  const raw = withoutEmptySections(layAll(settings, dataDir), schema);
  const { config, issues } = checkConfig(raw);
  const known = [...outside.problems, ...parsed.problems];
  const found = issues
    .filter(({ path }) => parsed.isReadable && !known.some((problem) => problem.path === path))
    .map((issue) => ({ ...issue, place: placeOf(issue.path.split('.')) }));
  const problems = [...known, ...found];
  return {
    config: problems.length > 0 ? null : config,
    problems,
    warnings: outside.warnings,
    raw,
    ownRaw: withoutEmptySections(parsed.raw, schema),
    isFileReadable: parsed.isReadable,
    secretPaths: parsed.secretPaths,
    decidingPart,
  };
}

/** In the order in which they are laid over each other. */
function settingsOf(
  { file, app, flags = [] }: ConfigSources,
  fileRaw: object,
  variables: readonly EnvironmentSetting[],
): Setting[] {
  return [
    ...(file ? [whole('file', file.path, fileRaw)] : []),
    ...(app ? [whole('app', 'the app', app)] : []),
    ...variables.map(
      ({ variable, ...rest }): Setting => ({ by: 'environment', name: variable, ...rest }),
    ),
    ...flags.map(
      ({ flag = 'the command line', ...rest }): Setting => ({ by: 'flag', name: flag, ...rest }),
    ),
  ];
}

function layAll(settings: readonly Setting[], dataDir: string | undefined): unknown {
  const base = dataDir === undefined ? {} : { data_dir: dataDir };
  return settings.reduce<unknown>((all, { path, value }) => layOver(all, nest(path, value)), base);
}

function whole(by: Setting['by'], name: string, value: unknown): Setting {
  return { by, name, path: [], value };
}

function decides({ path, value }: Setting, at: DataPath): boolean {
  return isWithin(at, path) && valueAt(value, at.slice(path.length)) !== undefined;
}

/** A section of which all is commented out is `null` to YAML; it says nothing. */
function withoutEmptySections(data: unknown, schema: JsonSchema): unknown {
  if (!isRecord(data)) return data;
  const entries = Object.entries(data).flatMap(([key, value]): [string, unknown][] => {
    const inner = Object.hasOwn(schema.properties ?? {}, key)
      ? schema.properties?.[key]
      : undefined;
    if (inner?.type !== 'object') return [[key, value]];
    return value === null ? [] : [[key, withoutEmptySections(value, inner)]];
  });
  return Object.fromEntries(entries);
}
