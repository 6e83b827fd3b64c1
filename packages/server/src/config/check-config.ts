import { type Config, configFileSchema, type Issue, nearestNames } from '@llamactl/contract';
import * as z from 'zod/mini';
import { describeSchema, type JsonSchema } from '../http/validation/describe-schema.js';
import { accessIssues } from './access-issues.js';

/** What is wrong with one setting. */
export interface ConfigIssue extends Issue {
  /** Names that would have been right. */
  readonly nearest: readonly string[];
}

/** A configuration with its defaults filled in, or all that is wrong with it. */
export type CheckedConfig =
  | { readonly config: Config; readonly issues: readonly [] }
  | { readonly config: null; readonly issues: readonly ConfigIssue[] };

/** Checks a configuration and fills in the defaults. */
export function checkConfig(raw: unknown): CheckedConfig {
  const result = configFileSchema.safeParse(raw);
  const issues = result.success ? valueIssues(result.data) : result.error.issues.flatMap(toIssues);
  if (result.success && issues.length === 0) return { config: result.data, issues: [] };
  return { config: null, issues };
}

/** What a schema cannot say. */
function valueIssues(config: Config): ConfigIssue[] {
  const [first, last] = config.instances.port_range;
  const message = 'must have its first port before its last';
  const issues = first <= last ? [] : [{ path: 'instances.port_range', message }];
  return [...issues, ...accessIssues(config)].map((issue) => ({ ...issue, nearest: [] }));
}

function toIssues(issue: z.core.$ZodIssue): ConfigIssue[] {
  const path = issue.path.map(String);
  const schema = schemaAt(path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      unknownKey([...path, key], Object.keys(schema.properties ?? {})),
    );
  }
  return [{ path: path.join('.'), message: `must be ${describeSchema(schema)}`, nearest: [] }];
}

function unknownKey(path: readonly string[], known: readonly string[]): ConfigIssue {
  const nearest = nearestNames(path.at(-1) ?? '', known, 3);
  const hint = nearest[0] === undefined ? '' : `; did you mean ${nearest[0]}?`;
  return { path: path.join('.'), message: `is not a known setting${hint}`, nearest };
}

function schemaAt(path: readonly string[]): JsonSchema {
  let at: JsonSchema = z.toJSONSchema(configFileSchema, { io: 'input' }) as object;
  for (const key of path) {
    const next =
      at.properties?.[key] ?? at.prefixItems?.[Number(key)] ?? at.items ?? at.additionalProperties;
    if (!next) break;
    at = next;
  }
  return at;
}
