import { type Issue, inWords, LlamactlError, nearestNames } from '@llamactl/contract';
import type * as z from 'zod/mini';
import { shortened } from '../support/shortened.js';

/**
 * Checks what a caller passed against its schema.
 * @throws LlamactlError INVALID_NAME when the name is wrong, else VALIDATION_FAILED with all issues
 */
export function parseInput<T extends z.ZodMiniObject>(
  schema: T,
  input: unknown,
  what: string,
): z.infer<T> {
  const result = schema.safeParse(input, inWords);
  if (result.success) return result.data;
  const known = Object.keys(schema.shape);
  const suggestions: string[] = [];
  const issues = result.error.issues.flatMap((issue): Issue[] => {
    if (issue.code !== 'unrecognized_keys')
      return [{ path: pathOf(issue.path), message: issue.message }];
    return issue.keys.map((key) => {
      const near = nearestNames(key, known);
      suggestions.push(...near);
      const hint = near.length > 0 ? `; did you mean "${near[0]}"?` : '';
      return { path: pathOf([...issue.path, key]), message: `is not known${hint}` };
    });
  });
  if (issues.some((issue) => issue.path === 'name'))
    throw invalidName((input as { name?: unknown }).name);
  const summary = issues.map((issue) => `${issue.path} ${issue.message}`.trim()).join('; ');
  throw new LlamactlError('VALIDATION_FAILED', `The ${what} is not valid: ${summary}`, {
    details: 'Correct the fields that are listed in issues.',
    issues,
    ...(suggestions.length > 0 && { suggestions }),
  });
}

function pathOf(steps: readonly PropertyKey[]): string {
  return steps.map((step) => shortened(String(step))).join('.');
}

function invalidName(name: unknown): LlamactlError {
  const shown = typeof name === 'string' ? JSON.stringify(shortened(name)) : String(name);
  return new LlamactlError('INVALID_NAME', `${shown} cannot be the name of an instance`, {
    details: 'Use 1 to 64 letters, digits, ".", "_" or "-", starting with a letter or digit.',
    issues: [{ path: 'name', message: 'is not a valid name' }],
  });
}
