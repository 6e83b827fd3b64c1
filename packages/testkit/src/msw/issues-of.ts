import { type Issue, inWords, type Operation, operations } from '@llamactl/contract';
import type { MockRequest } from './mock-answer.js';

/** What is wrong with the shape of a request; empty when nothing is. */
export function issuesOf({ id, params, body }: MockRequest): Issue[] {
  const operation: Operation = operations[id];
  const isLeftOut = body === undefined && operation.bodyOptional === true;
  return [
    ...complaintsOf(operation.params, params),
    ...(isLeftOut ? [] : complaintsOf(operation.body, body)),
  ];
}

function complaintsOf(schema: Operation['body'], value: unknown): Issue[] {
  const parsed = schema?.safeParse(value, inWords);
  if (parsed === undefined || parsed.success) return [];
  return parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
}
