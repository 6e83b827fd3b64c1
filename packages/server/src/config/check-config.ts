import {
  type Config,
  configFileSchema,
  type Issue,
  LlamactlError,
  nearestNames,
} from '@llamactl/contract';
import * as z from 'zod';
import { describeSchema, type JsonSchema } from '../http/validation/describe-schema.js';
import { accessIssues } from './access-issues.js';

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws LlamactlError VALIDATION_FAILED with `issues`, naming `source` if given
 */
export function checkConfig(raw: unknown, source?: string): Config {
  const result = configFileSchema.safeParse(raw);
  const issues = result.success ? valueIssues(result.data) : result.error.issues.flatMap(toIssues);
  if (result.success && issues.length === 0) return result.data;
  const known = issues.flatMap(({ nearest }) => nearest);
  const sentences = issues.map(({ path, message }) => `${path || 'the configuration'} ${message}`);
  const prefix = source === undefined ? '' : `${source}: `;
  throw new LlamactlError('VALIDATION_FAILED', `${prefix}${sentences.join('; ')}`, {
    details: 'Correct the configuration and start again.',
    issues: issues.map(({ path, message }) => ({ path, message })),
    ...(known.length > 0 && { suggestions: known }),
  });
}

interface ConfigIssue extends Issue {
  readonly nearest: readonly string[];
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

type Schema = JsonSchema & { prefixItems?: readonly Schema[]; additionalProperties?: Schema };

function schemaAt(path: readonly string[]): JsonSchema {
  let at = z.toJSONSchema(configFileSchema, { io: 'input' }) as Schema;
  for (const key of path) {
    const next =
      at.properties?.[key] ?? at.prefixItems?.[Number(key)] ?? at.items ?? at.additionalProperties;
    if (!next) break;
    at = next as Schema;
  }
  return at;
}
