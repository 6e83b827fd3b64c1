import {
  commonErrors,
  type ErrorBody,
  errorBodySchema,
  httpStatusOf,
  type Operation,
  type OperationId,
  type OperationResponse,
  operations,
} from '@llamactl/contract';
import { expect } from 'vitest';
import * as z from 'zod/mini';

/** The parts of a request to an operation. */
export interface CallParts {
  /** What stands for the parameter in the path. */
  readonly name?: string;
  readonly query?: string;
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Asks for an operation, and holds the answer against the contract, whatever it is. */
export async function call(url: string, id: OperationId, parts: CallParts = {}) {
  const operation: Operation = operations[id];
  const path = operation.path.replace(/\{\w+\}/, parts.name ?? '');
  const { body } = parts;
  const response = await fetch(`${url}${path}${parts.query ?? ''}`, {
    method: operation.method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...parts.headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  checkHeaders(response);
  if (response.ok) {
    expect(response.status).toBe(operation.status);
    // Parsing drops unknown fields: equality means that there are none.
    expect(operation.response.parse(answer)).toEqual(answer);
  } else {
    const { code } = z.strictObject(errorBodySchema.shape).parse(answer);
    const known: readonly string[] = [...operation.errors, ...commonErrors];
    expect(known).toContain(code);
    expect(response.status).toBe(httpStatusOf(code as Parameters<typeof httpStatusOf>[0]));
    expect(JSON.stringify(answer)).not.toMatch(/ at .*:\d+:\d+/);
  }
  return { status: response.status, headers: response.headers, answer };
}

/** As {@link call}, for an operation that must succeed. */
export async function succeed<Id extends OperationId>(url: string, id: Id, parts?: CallParts) {
  const { status, answer } = await call(url, id, parts);
  expect(answer).toEqual(expect.anything());
  expect({ status, answer }).toEqual({ status: operations[id].status, answer });
  return answer as OperationResponse<Id>;
}

/** As {@link call}, for an operation that must fail with a code. */
export async function fail(url: string, id: OperationId, code: string, parts?: CallParts) {
  const { answer, headers } = await call(url, id, parts);
  expect(answer).toMatchObject({ code });
  return { ...(answer as ErrorBody), headers };
}

function checkHeaders(response: Response): void {
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('x-request-id')).toMatch(/^[\w.:-]{1,128}$/);
}
