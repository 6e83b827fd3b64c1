import {
  type Issue,
  type OperationId,
  type OperationResponse,
  operations,
} from '@llamactl/contract';
import type * as z from 'zod';
import { ProtocolError } from '../errors/protocol-error.js';
import { excerpt } from './excerpt.js';
import type { HttpAnswer } from './http.js';
import { parseJson } from './parse-json.js';

/**
 * The data of an answer with a status of success. Keys that this version does not know are left out;
 * a missing or wrong one is a {@link ProtocolError}.
 */
export function dataOf<Id extends OperationId>(id: Id, answer: HttpAnswer): OperationResponse<Id> {
  const { url, status, text, redact } = answer;
  const value = parseJson(text);
  if (value === undefined) {
    throw new ProtocolError(`${url} did not answer with JSON${excerpt(redact(text))}`, {
      details: 'Is the base URL that of a Llamactl server, and is a proxy in between?',
      status,
      issues: [],
    });
  }
  const parsed = operations[id].response.safeParse(value);
  if (parsed.success) return parsed.data as OperationResponse<Id>;
  const issues = issuesOf(parsed.error);
  const [first] = issues;
  throw new ProtocolError(
    `The answer of ${url} is not what ${id} answers: ${first?.path}: ${first?.message}`,
    { details: 'Client and server may be of versions that do not fit.', status, issues },
  );
}

function issuesOf({ issues }: z.ZodError): Issue[] {
  return issues.map(({ path, message }) => ({ path: path.join('.'), message }));
}
