import { headersOf } from './headers.js';
import { type JsonObject, refTo } from './json-schemas.js';
import { describeAccess, securityOf } from './security.js';
import type { Paths } from './share-answers.js';
import { tagOf } from './tags.js';

const path = '/api/instances/{name}/proxy/{path}';

/** The methods that a document has a place for, and whether requests with them have a body. */
const methods = {
  get: false,
  head: false,
  post: true,
  put: true,
  patch: true,
  delete: false,
  options: false,
  trace: false,
} as const;

/** What goes on to an instance, whatever it is. */
export function proxyPath(): Paths {
  const operations = Object.entries(methods).map(([method, hasBody]) => [
    method,
    describe(method, hasBody),
  ]);
  return { [path]: Object.fromEntries(operations) };
}

function describe(method: string, hasBody: boolean): JsonObject {
  return {
    operationId: `proxy${method[0]?.toUpperCase()}${method.slice(1)}`,
    summary: `Send a ${method.toUpperCase()} to the backend of an instance.`,
    description: [
      'The request goes to that path of the backend as it is, without its credential, and the answer comes back as it is.',
      'So does one with any other method that HTTP has, but for CONNECT.',
      describeAccess('inference'),
      'What does more than use or show the model needs `manage`.',
      'Not counted by rate limits.',
    ].join(' '),
    tags: [tagOf(path)],
    security: securityOf('inference'),
    'x-access': 'inference',
    'x-rate-limit': 'uncounted',
    parameters: [
      { name: 'name', in: 'path', required: true, schema: refTo('InstanceName') },
      {
        name: 'path',
        in: 'path',
        required: true,
        description: 'The path on the backend, with all its slashes.',
        schema: { type: 'string' },
        example: 'v1/chat/completions',
      },
    ],
    ...(hasBody && { requestBody: { content: anything, required: false } }),
    responses: {
      '4XX': answer(refusal),
      '5XX': answer(refusal),
      default: answer('What the backend answers.'),
    },
  };
}

const anything = { '*/*': { schema: {} } };
const refusal =
  'An error of the server, as JSON with `error`, `code` and `details`, or one that the backend answers with.';

function answer(description: string): JsonObject {
  return { description, headers: headersOf({ rate: 'uncounted' }, 200), content: anything };
}
