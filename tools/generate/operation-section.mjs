import { httpStatusOf } from '@llamactl/contract';
import { fieldTable } from './field-table.mjs';
import { jsonSchema } from './json-schema.mjs';

/**
 * What there is to know of an operation, in Markdown.
 * @param {import('@llamactl/contract').Operation} operation
 * @param {import('./json-schema.mjs').Shapes} shapes
 * @returns {string}
 */
export function operationSection(operation, shapes) {
  const { method, path, summary, access, rate, query, body, bodyOptional, errors } = operation;
  return [
    `\`\`\`http\n${method} ${path}\n\`\`\``,
    `${summary} ${whoMay(access)}`,
    rate === 'intensive' && 'Counted as [intensive](#rate-limiting).',
    query && `Query:\n\n${requestTable(query, shapes)}`,
    body && request(body, bodyOptional ?? false, shapes),
    answer(operation, shapes),
    errors.length > 0 && `Errors: ${byStatus(errors)}.`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/**
 * @param {import('./json-schema.mjs').ZodSchema} body
 * @param {boolean} isOptional
 * @param {import('./json-schema.mjs').Shapes} shapes
 */
function request(body, isOptional, shapes) {
  const shape = shapes.get(body);
  if (shape !== undefined) return `Body: any part of ${shape}.`;
  return `Body${isOptional ? ', which may be left out' : ''}:\n\n${requestTable(body, shapes)}`;
}

/**
 * Who may use it while authentication is on, in a sentence.
 * @param {import('@llamactl/contract').Access} access
 */
function whoMay(access) {
  if (access === 'public') return 'Needs no credential.';
  if (access === 'any') return 'Any good credential will do.';
  if (access === 'account')
    return 'For people who have logged in, and keys with the scope `admin`.';
  return `Scope \`${access}\`.`;
}

/**
 * @param {import('./json-schema.mjs').ZodSchema} schema
 * @param {import('./json-schema.mjs').Shapes} shapes
 */
function requestTable(schema, shapes) {
  return fieldTable(jsonSchema(schema, shapes), { requests: true });
}

/**
 * @param {import('@llamactl/contract').Operation} operation
 * @param {import('./json-schema.mjs').Shapes} shapes
 */
function answer({ status, response }, shapes) {
  const shape = shapes.get(response);
  if (shape !== undefined) return `Answers ${status} with ${shape}.`;
  return `Answers ${status}:\n\n${fieldTable(jsonSchema(response, shapes))}`;
}

/** @param {readonly import('@llamactl/contract').ErrorCode[]} codes */
function byStatus(codes) {
  const statuses = [...new Set(codes.map(httpStatusOf))].sort((a, b) => a - b);
  return statuses
    .map((status) => {
      const names = codes.filter((code) => httpStatusOf(code) === status);
      return `${status} ${names.map((code) => `\`${code}\``).join(', ')}`;
    })
    .join('; ');
}
