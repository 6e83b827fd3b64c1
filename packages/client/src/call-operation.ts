import {
  type Operation,
  type OperationId,
  type OperationResponse,
  operations,
} from '@llamactl/contract';
import type { CredentialUse } from './credentials/credentials.js';
import { type OperationAddress, operationPath } from './operation-path.js';
import type { RequestOptions } from './options.js';
import type { Http } from './transport/http.js';
import { dataOf } from './transport/success-answer.js';

/** What an operation takes, by where it goes. */
export interface OperationInput extends OperationAddress {
  readonly body?: unknown;
}

/** What an operation answered. */
export interface OperationAnswer<Id extends OperationId> {
  readonly data: OperationResponse<Id>;
  readonly headers: Headers;
}

/** Sends the request of an operation and gives its answer. */
export async function callOperation<Id extends OperationId>(
  http: Http,
  id: Id,
  input: OperationInput,
  options?: RequestOptions,
): Promise<OperationAnswer<Id>> {
  const { method, rate }: Operation = operations[id];
  const call = {
    method,
    path: operationPath(id, input),
    body: input.body,
    rate: rate ?? ('regular' as const),
    credential: credentialUse(id),
  };
  const answer = await http(call, options);
  return { data: dataOf(id, answer), headers: answer.headers };
}

/** Operations that make or end a session do not refresh it, and those for everybody do not wait for that. */
function credentialUse(id: OperationId): CredentialUse {
  if (id === 'login') return 'none';
  if (id === 'refreshToken' || id === 'logout') return 'as_is';
  return operations[id].access === 'public' ? 'as_is' : 'fresh';
}
