import { type ErrorCode, errorCodes, httpStatusOf } from '../error-code.js';
import type { Operation } from '../operation.js';
import { commonErrors } from '../operation-errors.js';

/** The part of an operation that decides how it can fail. */
export type Failing = Pick<Operation, 'access' | 'rate' | 'params' | 'query' | 'body' | 'errors'>;

/** Every code that an operation can answer with, in the order of the catalogue. */
export function errorsOf(operation: Failing): ErrorCode[] {
  const possible = new Set<ErrorCode>([
    ...operation.errors,
    ...commonErrors.filter((code) => applies[code]?.(operation) ?? true),
  ]);
  return errorCodes.filter((code) => possible.has(code));
}

/** The same by their HTTP statuses, lowest first. */
export function errorsByStatus(operation: Failing): Map<number, ErrorCode[]> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(operation)) {
    const status = httpStatusOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}

type Judge = (operation: Failing) => boolean;

const needsCredential: Judge = ({ access }) => access !== 'public';
const hasInput: Judge = ({ params, query, body }) => Boolean(params ?? query ?? body);

/** Which operations a common code is for; the others are for all. */
const applies: Partial<Readonly<Record<ErrorCode, Judge>>> = {
  UNAUTHORIZED: needsCredential,
  TOKEN_EXPIRED: needsCredential,
  FORBIDDEN: needsCredential,
  RATE_LIMITED: ({ rate }) => rate !== 'uncounted',
  VALIDATION_FAILED: hasInput,
  UNSUPPORTED_MEDIA_TYPE: ({ body }) => body !== undefined,
};
