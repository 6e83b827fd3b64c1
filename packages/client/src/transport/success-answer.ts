import { type OperationId, type OperationResponse, operations } from '@llamactl/contract';
import type { HttpAnswer } from './exchange.js';
import { fit } from './fit.js';
import { misfit, notJson } from './misfit.js';
import { parseJson } from './parse-json.js';

/**
 * The data of an answer with a status of success. Keys that this version does not know are left out, words that it
 * does not know are not; a missing or wrong value is a ProtocolError.
 */
export function dataOf<Id extends OperationId>(id: Id, answer: HttpAnswer): OperationResponse<Id> {
  const { url, status, text, redact } = answer;
  const value = parseJson(text);
  if (value === undefined) throw notJson(`${url} did not answer with JSON`, redact(text), status);
  const parsed = fit(operations[id].response, value);
  if (parsed.success) return parsed.data as OperationResponse<Id>;
  throw misfit(`The answer of ${url} is not what ${id} answers`, parsed.error, value, status);
}
