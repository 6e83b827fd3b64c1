import { type Operation, type OperationId, operations } from '@llamactl/contract';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as z from 'zod/mini';

/** The parts of a request that a schema can speak of. */
export type RequestPart = 'params' | 'query' | 'body';

const parts = ['params', 'query', 'body'] as const;

/** Compiled validators of every operation. */
export type Validators = Readonly<
  Record<OperationId, Partial<Record<RequestPart, ValidateFunction>>>
>;

/** Compiles the request schemas of the operation table; do it once per server. */
export function compileValidators(): Validators {
  const compileSchema = createCompiler();
  const compile = (operation: Operation) =>
    Object.fromEntries(
      parts.flatMap((part) => {
        const schema = operation[part];
        return schema ? [[part, compileSchema(schema)]] : [];
      }),
    );
  return Object.fromEntries(
    Object.entries(operations).map(([id, operation]) => [id, compile(operation)]),
  ) as Validators;
}

/** Returns what turns schemas of the contract into validators that find every fault. */
export function createCompiler(): (schema: z.ZodMiniType) => ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    logger: false,
  });
  ajv.addVocabulary(['x-unit', 'x-source']);
  // Moments bring the pattern that they must have along.
  ajv.addFormat('date-time', true);
  return (schema) => ajv.compile(toRequestSchema(schema));
}

/** The JSON Schema that a request is held against. */
export function toRequestSchema(schema: z.ZodMiniType): object {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
}
