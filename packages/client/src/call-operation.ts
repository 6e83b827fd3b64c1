import {
  instanceNameSchema,
  type OperationId,
  type OperationResponse,
  operations,
} from '@llamactl/contract';
import { InvalidRequestError } from './errors/invalid-request-error.js';
import type { RequestOptions } from './options.js';
import { errorOf } from './transport/error-answer.js';
import type { Http } from './transport/http.js';
import { dataOf } from './transport/success-answer.js';

/** What an operation takes, by where it goes. */
export interface OperationInput {
  /** Name of the instance, for operations with `{name}` in their path. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly body?: unknown;
}

/** Sends the request of an operation and gives the data of its answer. */
export async function callOperation<Id extends OperationId>(
  http: Http,
  id: Id,
  input: OperationInput,
  options?: RequestOptions,
): Promise<OperationResponse<Id>> {
  const { method, path } = operations[id];
  const request = { method, path: pathOf(path, input), body: input.body };
  const answer = await http(request, options);
  if (answer.status < 200 || answer.status > 299) throw errorOf(answer);
  return dataOf(id, answer);
}

function pathOf(template: string, { name, query = {} }: OperationInput): string {
  const path = template.replace('{name}', () => encodeName(name));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) search.set(key, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

/** An empty name, or `..`, would turn the address into that of another operation. */
function encodeName(name: unknown): string {
  const checked = instanceNameSchema.safeParse(name);
  if (checked.success) return encodeURIComponent(checked.data);
  throw new InvalidRequestError(
    `${JSON.stringify(name) ?? String(name)} is not a name of an instance.`,
    'A name has 1 to 64 letters, digits, ".", "_" or "-", and starts with a letter or digit.',
  );
}
