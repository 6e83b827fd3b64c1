import { type OperationId, type OperationResponse, operations } from '@llamactl/contract';
import { type OperationAddress, operationPath } from './operation-path.js';
import type { RequestOptions } from './options.js';
import { errorOf } from './transport/error-answer.js';
import type { Http } from './transport/http.js';
import { dataOf } from './transport/success-answer.js';

/** What an operation takes, by where it goes. */
export interface OperationInput extends OperationAddress {
  readonly body?: unknown;
}

/** Sends the request of an operation and gives the data of its answer. */
export async function callOperation<Id extends OperationId>(
  http: Http,
  id: Id,
  input: OperationInput,
  options?: RequestOptions,
): Promise<OperationResponse<Id>> {
  const request = {
    method: operations[id].method,
    path: operationPath(id, input),
    body: input.body,
  };
  const answer = await http(request, options);
  if (answer.status < 200 || answer.status > 299) throw errorOf(answer);
  return dataOf(id, answer);
}
