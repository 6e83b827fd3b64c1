import type { Issue } from '@llamactl/contract';
import { nearestNames } from '@llamactl/contract';
import type { ErrorObject } from 'ajv';
import { describeSchema, type JsonSchema } from './describe-schema.js';

/** What validators found, in words. */
export interface Findings {
  readonly issues: Issue[];
  /** Nearest names to unknown fields. */
  readonly suggestions: string[];
}

const maxIssues = 20;

/** Turns what ajv found into issues: one per place, at most 20. */
export function toIssues(errors: readonly ErrorObject[]): Findings {
  const issues = new Map<string, Issue>();
  const suggestions = new Set<string>();
  for (const error of withoutBranches(errors)) {
    if (issues.size >= maxIssues) break;
    const { issue, nearest } = toIssue(error);
    for (const name of nearest) suggestions.add(name);
    if (!issues.has(issue.path)) issues.set(issue.path, issue);
  }
  return { issues: [...issues.values()], suggestions: [...suggestions] };
}

/** Drops what the alternatives of an `anyOf` say: the `anyOf` itself describes them all. */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  // Paths in the schema are few, however many errors there are.
  const unions = new Set<string>();
  for (const error of errors) if (error.keyword === 'anyOf') unions.add(`${error.schemaPath}/`);
  const isBranch = (path: string) => [...unions].some((union) => path.startsWith(union));
  return errors.filter((error) => !isBranch(error.schemaPath));
}

function toIssue(error: ErrorObject): { issue: Issue; nearest: string[] } {
  const at = error.instancePath.slice(1).split('/').map(unescapePointer).filter(Boolean);
  const schema = error.parentSchema as JsonSchema;
  const params = error.params as { additionalProperty?: string; missingProperty?: string };
  if (params.missingProperty !== undefined) {
    return {
      issue: { path: join(at, params.missingProperty), message: 'is required' },
      nearest: [],
    };
  }
  if (params.additionalProperty !== undefined) {
    return unknownField(at, params.additionalProperty, Object.keys(schema.properties ?? {}));
  }
  return { issue: { path: join(at), message: `must be ${describeSchema(schema)}` }, nearest: [] };
}

function unknownField(at: readonly string[], name: string, known: readonly string[]) {
  const nearest = nearestNames(name, known, 3);
  const hint = nearest[0] === undefined ? '' : `; did you mean ${nearest[0]}?`;
  return { issue: { path: join(at, name), message: `is not a known field${hint}` }, nearest };
}

function join(at: readonly string[], last?: string): string {
  const path = last === undefined ? at : [...at, last];
  return path.join('.').slice(0, 200);
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
