import { nearestNames } from '@llamactl/contract';
import { parse } from 'yaml';
import type { JsonSchema } from '../http/validation/describe-schema.js';
import type { ConfigProblem } from './config-problem.js';
import type { DataPath } from './plain-data.js';
import type { Environment } from './substitute-variables.js';

/** A setting out of the environment. */
export interface EnvironmentSetting {
  readonly variable: string;
  readonly path: DataPath;
  readonly value: unknown;
}

/** What the environment says of settings. */
export interface EnvironmentSettings {
  readonly settings: readonly EnvironmentSetting[];
  /** Names that begin with a section but do not go on right. */
  readonly problems: readonly ConfigProblem[];
  /** Words on variables that are near to a setting but are none. */
  readonly warnings: readonly string[];
}

const prefix = 'LLAMACTL_';

/**
 * Reads settings out of `LLAMACTL_*`: the path in capitals, `__` between levels, `_` for `-`. Lists are
 * YAML (`[a, b]`) or separated by commas; mappings are YAML. An empty variable counts as none.
 */
export function readEnvironment(environment: Environment, schema: JsonSchema): EnvironmentSettings {
  const settings: EnvironmentSetting[] = [];
  const problems: ConfigProblem[] = [];
  const warnings: string[] = [];
  const sections = Object.keys(schema.properties ?? {}).map(toWord);
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(prefix) || !text) continue;
    const words = variable.slice(prefix.length).split('__');
    const found = resolve(words, schema);
    if (found) {
      settings.push({ variable, path: found.path, value: readValue(text, found.schema) });
    } else if (sections.includes(words[0] ?? '')) {
      problems.push(unknownVariable(variable, schema));
    } else if (hint(variable, schema) !== '') {
      warnings.push(`${variable} is not a known setting and is ignored${hint(variable, schema)}`);
    }
  }
  // A whole section first, then what is in it, whatever the order of the variables.
  settings.sort((a, b) => a.path.length - b.path.length);
  return { settings, problems, warnings };
}

/** The variable that says a setting, as in `LLAMACTL_SERVER__PORT`. */
export function environmentVariableOf(path: DataPath): string {
  return prefix + path.map(toWord).join('__');
}

function resolve(words: readonly string[], schema: JsonSchema) {
  let at = schema;
  const path: string[] = [];
  for (const word of words) {
    const known = Object.entries(at.properties ?? {}).find(([key]) => toWord(key) === word);
    // Keys of a free mapping, such as names of environment variables, are taken as they are.
    const [key, next] = known ?? [word, at.additionalProperties || undefined];
    if (next === undefined || key === '') return null;
    path.push(key);
    at = next;
  }
  return { path, schema: at };
}

function toWord(key: string): string {
  return key.toUpperCase().replaceAll('-', '_');
}

function readValue(text: string, schema: JsonSchema): unknown {
  const isList = schema.type === 'array';
  if (schema.type === 'string') return text;
  if (isList && !text.trim().startsWith('[')) {
    const items = text.split(',').map((item) => item.trim());
    const kind = schema.prefixItems?.[0] ?? schema.items ?? { type: 'string' };
    return items.filter(Boolean).map((item) => readValue(item, kind));
  }
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function unknownVariable(variable: string, schema: JsonSchema): ConfigProblem {
  const nearest = nearestNames(variable, variablesOf(schema), 3);
  const message = `is not a known setting${hint(variable, schema)}`;
  return { place: '', path: variable, message, nearest };
}

function hint(variable: string, schema: JsonSchema): string {
  const [nearest] = nearestNames(variable, variablesOf(schema), 1);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

function variablesOf(schema: JsonSchema, path: DataPath = []): string[] {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return [environmentVariableOf(path)];
  return properties.flatMap(([key, next]) => variablesOf(next, [...path, key]));
}
