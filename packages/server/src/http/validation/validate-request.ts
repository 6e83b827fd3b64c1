import { LlamactlError, type Operation, type OperationId, operations } from '@llamactl/contract';
import type { ErrorObject } from 'ajv';
import { readQuery } from './read-query.js';
import { toIssues } from './to-issues.js';
import type { RequestPart, Validators } from './validators.js';

/** The raw parts of a request. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly search: URLSearchParams;
  readonly body: unknown;
}

/** The parts of a request, checked; `undefined` where the operation takes none. */
export type CheckedRequest = Record<RequestPart, unknown>;

/**
 * Checks a request against the operation table.
 *
 * @throws LlamactlError INVALID_NAME when the name of the instance is wrong, else VALIDATION_FAILED,
 *   both with `issues`
 */
export function validateRequest(
  validators: Validators,
  id: OperationId,
  raw: RawRequest,
  bodyOptional: boolean,
): CheckedRequest {
  const checks = validators[id];
  const checked: CheckedRequest = {
    params: checks.params && { ...raw.params },
    query: checks.query && readQuery(raw.search, checks.query.schema as object),
    body: checks.body && (raw.body === undefined && bodyOptional ? {} : raw.body),
  };
  if (checks.body && checked.body === undefined) throw missingBody();
  const errors = (['params', 'query', 'body'] as const).flatMap((part) => {
    const check = checks[part];
    return check && !check(checked[part]) ? (check.errors ?? []) : [];
  });
  const { errors: codes }: Operation = operations[id];
  if (errors.length > 0) throw invalidRequest(errors, codes.includes('INVALID_NAME'));
  return checked;
}

function missingBody(): LlamactlError {
  return new LlamactlError('VALIDATION_FAILED', 'The request has no body.', {
    details: 'Send a JSON object with the header Content-Type: application/json.',
    issues: [{ path: '', message: 'is required' }],
  });
}

/**
 * What is wrong with a request, as one error: VALIDATION_FAILED, or INVALID_NAME where a `name` is that of
 * an instance.
 */
export function invalidRequest(
  errors: readonly ErrorObject[],
  namesInstance = false,
): LlamactlError {
  const { issues, suggestions } = toIssues(errors);
  const name = issues.find(
    ({ path, message }) => namesInstance && path === 'name' && message.startsWith('must be'),
  );
  const first = name ?? issues[0];
  const sentence = asSentence(`${first?.path || 'The body'} ${first?.message}`);
  return new LlamactlError(name ? 'INVALID_NAME' : 'VALIDATION_FAILED', sentence, {
    details:
      issues.length > 1 ? `${issues.length} fields are wrong; see issues.` : adviceFor(first),
    issues,
    ...(suggestions.length > 0 && { suggestions }),
  });
}

/** A hint ends in a question mark of its own. */
function asSentence(text: string): string {
  return text.endsWith('?') ? text : `${text}.`;
}

function adviceFor(issue: { path: string } | undefined): string {
  return issue?.path ? `Correct ${issue.path} and send the request again.` : 'Send a JSON object.';
}
