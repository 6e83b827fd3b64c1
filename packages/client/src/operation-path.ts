import { instanceNameSchema, type OperationId, operations } from '@llamactl/contract';
import { InvalidRequestError } from './errors/invalid-request-error.js';

/** What the address of an operation is made of. */
export interface OperationAddress {
  /** Name of the instance, for operations with `{name}` in their path. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
}

/** Path and query of an operation. @throws InvalidRequestError when the name is none */
export function operationPath(id: OperationId, { name, query = {} }: OperationAddress): string {
  const path = operations[id].path.replace('{name}', () => encodeName(name));
  return withQuery(path, query);
}

/** A path with a query of what is not undefined. */
export function withQuery(path: string, query: NonNullable<OperationAddress['query']>): string {
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
