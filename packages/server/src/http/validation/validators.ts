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

/** Returns what turns schemas of the contract into validators that find every fault, each schema once. */
export function createCompiler(): (schema: z.ZodMiniType) => ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    logger: false,
    // What comes out of `toJSONSchema` is right; to check that, a schema of schemas would be compiled first.
    validateSchema: false,
    // Passes over the made code, which take more time and memory at the start than all else there.
    code: { optimize: false },
  });
  ajv.addVocabulary(['x-unit', 'x-source']);
  // Moments bring the pattern that they must have along.
  ajv.addFormat('date-time', true);
  const made = new Map<z.ZodMiniType, ValidateFunction>();
  return (schema) => {
    const validator = made.get(schema) ?? ajv.compile(toRequestSchema(schema));
    made.set(schema, validator);
    return validator;
  };
}

/** The JSON Schema that a request is held against. */
export function toRequestSchema(schema: z.ZodMiniType): object {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
}
