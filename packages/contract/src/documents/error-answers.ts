import { type ErrorCode, meaningOf } from '../error-code.js';
import { errorsByStatus, type Failing } from './errors-of.js';
import { headersOf } from './headers.js';
import { type JsonObject, refTo } from './json-schemas.js';

/** The error answers of an operation by status, each with the codes that it can come with. */
export function errorAnswers(operation: Failing): Record<string, JsonObject> {
  return Object.fromEntries(
    [...errorsByStatus(operation)].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${meaningOf(code)}`).join('\n\n'),
        headers: headersOf(operation, status),
        content: { 'application/json': errorContent(codes) },
      },
    ]),
  );
}

function errorContent(codes: readonly ErrorCode[]): JsonObject {
  return {
    schema: {
      allOf: [refTo('ErrorBody')],
      properties: { code: { description: 'What went wrong, for programs.', enum: codes } },
    },
    examples: Object.fromEntries(codes.map((code) => [code, refTo(code, 'examples')])),
  };
}

/** An example of the body of each code. */
export function errorExamples(codes: readonly ErrorCode[]): Record<string, JsonObject> {
  return Object.fromEntries(
    codes.map((code) => [code, { summary: meaningOf(code), value: exampleBody(code) }]),
  );
}

function exampleBody(code: ErrorCode): JsonObject {
  return { error: meaningOf(code), code, details: '', ...told[code] };
}

/** Bodies that have more to say than what the code means. */
const told: Partial<Readonly<Record<ErrorCode, JsonObject>>> = {
  VALIDATION_FAILED: {
    error: 'port must be a whole number from 1 to 65535.',
    details: 'Correct port and send the request again.',
    issues: [{ path: 'port', message: 'must be a whole number from 1 to 65535' }],
  },
  UNKNOWN_OPTION: {
    error: 'llama-server has no option "thread"; did you mean "threads"?',
    details: 'Options are the long flags of the installed llama-server in snake_case.',
    issues: [{ path: 'options.thread', message: 'is not known; did you mean "threads"?' }],
    suggestions: ['threads', 'threads_batch'],
  },
  INSTANCE_NOT_FOUND: {
    error: 'There is no instance "llama2-7b".',
    details: 'GET /api/instances lists all.',
  },
  PORT_IN_USE: {
    error: 'Port 8081 is in use.',
    details: 'Choose another port, or leave it out to have one chosen.',
  },
};
