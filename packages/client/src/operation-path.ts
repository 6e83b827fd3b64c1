import {
  instanceNameSchema,
  type OperationId,
  operations,
  usernameSchema,
} from '@llamactl/contract';
import { InvalidRequestError } from './errors/invalid-request-error.js';

/** What the address of an operation is made of. */
export interface OperationAddress {
  /** Name of the instance, for operations with `{name}` in their path. */
  readonly name?: string;
  /** For operations with `{username}` in their path. */
  readonly username?: string;
  /** For operations with `{id}` in their path. */
  readonly id?: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
}

type Parameter = 'name' | 'username' | 'id';

/** Path and query of an operation. @throws InvalidRequestError when a name is none */
export function operationPath(id: OperationId, address: OperationAddress): string {
  const path = operations[id].path.replace(/\{(\w+)\}/g, (_, parameter: Parameter) =>
    encode(parameter, address[parameter]),
  );
  return withQuery(path, address.query ?? {});
}

/** A path with a query of what is not undefined. */
export function withQuery(path: string, query: NonNullable<OperationAddress['query']>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) search.set(key, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

const rules = {
  name: {
    allows: (value: unknown) => instanceNameSchema.safeParse(value).success,
    is: 'a name of an instance',
    advice:
      'A name has 1 to 64 letters, digits, ".", "_" or "-", and starts with a letter or digit.',
  },
  username: {
    allows: (value: unknown) => usernameSchema.safeParse(value).success,
    is: 'a name of a user',
    advice:
      'A name has 1 to 64 letters, digits, ".", "_", "@" or "-", and starts with a letter or digit.',
  },
  id: {
    allows: (value: unknown) =>
      typeof value === 'string' && /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,128}$/.test(value),
    is: 'an id',
    advice:
      'The ids of keys and of requests are in their lists; that of a key is not the key itself.',
  },
} as const;

/** An empty name, or `..`, would turn the address into that of another operation. */
function encode(parameter: Parameter, value: unknown): string {
  const { allows, is, advice } = rules[parameter];
  if (allows(value)) return encodeURIComponent(String(value));
  throw new InvalidRequestError(`${JSON.stringify(value) ?? String(value)} is not ${is}.`, advice);
}
