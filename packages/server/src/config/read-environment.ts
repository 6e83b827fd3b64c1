import { LlamactlError, nearestNames } from '@llamactl/contract';
import { parse } from 'yaml';
import type { JsonSchema } from '../http/validation/describe-schema.js';
import type { Environment } from './substitute-variables.js';

/** A setting out of the environment. */
export interface EnvironmentSetting {
  readonly variable: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Settings out of the environment, and words on variables that are near to one but are none. */
export interface EnvironmentSettings {
  readonly settings: readonly EnvironmentSetting[];
  readonly warnings: readonly string[];
}

type Schema = JsonSchema & { readonly additionalProperties?: JsonSchema | false };

const prefix = 'LLAMACTL_';

/**
 * Reads settings out of `LLAMACTL_*`: the path in capitals, `__` between levels, `_` for `-`. Lists are
 * YAML (`[a, b]`) or separated by commas; mappings are YAML.
 *
 * @throws LlamactlError VALIDATION_FAILED for a name that begins with a section but does not go on right
 */
export function readEnvironment(environment: Environment, schema: Schema): EnvironmentSettings {
  const settings: EnvironmentSetting[] = [];
  const warnings: string[] = [];
  const sections = Object.keys(schema.properties ?? {});
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(prefix) || text === undefined) continue;
    const words = variable.slice(prefix.length).split('__');
    const found = resolve(words, schema);
    if (found) {
      settings.push({ variable, path: found.path, value: readValue(text, found.schema) });
    } else if (sections.some((section) => toVariable(section) === words[0])) {
      throw unknownVariable(variable, schema);
    } else if (hint(variable, schema) !== '') {
      warnings.push(`${variable} is not a known setting and is ignored${hint(variable, schema)}`);
    }
  }
  // A whole section first, then what is in it, whatever the order of the variables.
  settings.sort((a, b) => a.path.length - b.path.length);
  return { settings, warnings };
}

function resolve(words: readonly string[], schema: Schema) {
  let at: Schema = schema;
  const path: string[] = [];
  for (const word of words) {
    const known = Object.entries(at.properties ?? {}).find(([key]) => toVariable(key) === word);
    // Keys of a free mapping, such as names of environment variables, are taken as they are.
    const [key, next] = known ?? [word, at.additionalProperties || undefined];
    if (next === undefined || key === '') return null;
    path.push(key);
    at = next;
  }
  return { path, schema: at };
}

function toVariable(key: string): string {
  return key.toUpperCase().replaceAll('-', '_');
}

function readValue(text: string, schema: Schema): unknown {
  const isList = schema.type === 'array';
  if (schema.type === 'string') return text;
  if (isList && !text.trim().startsWith('[')) {
    const items = text.split(',').map((item) => item.trim());
    const kind = (schema as { prefixItems?: readonly Schema[] }).prefixItems?.[0] ?? schema.items;
    return items.filter(Boolean).map((item) => readValue(item, kind ?? { type: 'string' }));
  }
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function unknownVariable(variable: string, schema: Schema): LlamactlError {
  return new LlamactlError('VALIDATION_FAILED', `${variable} is not a known setting.`, {
    details: `Correct the environment variable${hint(variable, schema)}.`,
    suggestions: nearestNames(variable, variablesOf(schema), 3),
  });
}

function hint(variable: string, schema: Schema): string {
  const [nearest] = nearestNames(variable, variablesOf(schema), 1);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

function variablesOf(schema: Schema, name = ''): string[] {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return [prefix + name];
  return properties.flatMap(([key, next]) =>
    variablesOf(next, name === '' ? toVariable(key) : `${name}__${toVariable(key)}`),
  );
}
