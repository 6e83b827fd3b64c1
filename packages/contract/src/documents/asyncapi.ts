import {
  closeCodes,
  eventTypes,
  type ServerMessageType,
  serverMessages,
  webSocketQuerySchema,
} from '../websocket.js';
import { about, socketDescription } from './about.js';
import { exampleOf } from './example-of.js';
import { type JsonObject, shapeSchemas, toJsonSchemas } from './json-schemas.js';
import { reachableShapes } from './reachable-shapes.js';
import { assertDescribed } from './undescribed-fields.js';

/**
 * The WebSocket of the server as an AsyncAPI 3.0 document, made from the table of messages.
 * @param version - Of the packages.
 * @throws Error when a field has no description, or lacks an example that nothing else gives
 */
export function buildAsyncApi(version: string): JsonObject {
  const payloads = toJsonSchemas(serverMessages, { ...target, io: 'output' });
  const shapes = reachableShapes(payloads, shapeSchemas(target.target));
  const { query } = toJsonSchemas({ query: webSocketQuerySchema }, { ...target, io: 'input' });
  assertDescribed({ ...payloads, ...shapes, query });
  return {
    asyncapi: '3.0.0',
    info: {
      title: about.title,
      version,
      description: socketDescription,
      license: { name: about.license },
      externalDocs: { description: 'The repository, with guides.', url: about.repository },
    },
    defaultContentType: 'application/json',
    servers: { llamactl: server },
    channels: { events: channel(query) },
    operations: operations(),
    components: { schemas: shapes, messages: messages(payloads, shapes), securitySchemes },
  };
}

/** What AsyncAPI 3.0 takes when nothing else is said. */
const target = { target: 'draft-07' } as const;

const server: JsonObject = {
  host: '{host}',
  pathname: '{base_path}',
  protocol: 'ws',
  description: 'Any server; the values are those of default settings.',
  variables: {
    host: { default: 'localhost:8080', description: 'Name or address, with the port.' },
    base_path: { default: '/', description: 'server.base_path of the configuration.' },
  },
  security: [
    { $ref: '#/components/securitySchemes/bearer' },
    { $ref: '#/components/securitySchemes/api_key' },
    { $ref: '#/components/securitySchemes/subprotocol' },
  ],
};

function channel(query: JsonObject): JsonObject {
  return {
    address: '/api/ws',
    title: 'What happens',
    description: 'Everything that the server has to say, in order.',
    messages: Object.fromEntries(
      messageTypes.map((type) => [type, { $ref: `#/components/messages/${type}` }]),
    ),
    bindings: { ws: { method: 'GET', query, headers, bindingVersion: '0.1.0' } },
    'x-subprotocols': subprotocols,
    'x-close-codes': closeCodes,
  };
}

const messageTypes = Object.keys(serverMessages) as ServerMessageType[];

const subprotocols: JsonObject = {
  'llamactl.v1': 'Selected by the server when it is offered.',
  'llamactl.bearer.<token>':
    'Carries a token or an API key for browsers, which cannot set headers. Offer it beside llamactl.v1; it is never selected.',
};

const headers: JsonObject = {
  type: 'object',
  properties: {
    'Sec-WebSocket-Protocol': {
      type: 'string',
      description: 'Subprotocols that are offered; none needs to be.',
      examples: ['llamactl.v1, llamactl.bearer.eyJhbGciOiJIUzI1NiJ9'],
    },
    Origin: {
      type: 'string',
      description:
        'Set by browsers: the origin of the page. It must be the host of the server or one of server.allowed_origins.',
    },
  },
};

const securitySchemes: JsonObject = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token or an API key with the scope `read`; asked for while authentication is on.',
  },
  api_key: {
    type: 'httpApiKey',
    in: 'header',
    name: 'x-api-key',
    description: 'An API key with the scope `read`; asked for while authentication is on.',
  },
  subprotocol: {
    type: 'httpApiKey',
    in: 'header',
    name: 'Sec-WebSocket-Protocol',
    description:
      'For browsers: the credential as a subprotocol, `llamactl.bearer.<token>`, offered beside `llamactl.v1`.',
  },
};

/** Events are sent when asked for, control messages always; nothing is received. */
function operations(): JsonObject {
  const controls = messageTypes.filter((type) => !isEvent(type));
  return {
    sendEvent: send('An event, to sockets that asked for its type or for all.', eventTypes),
    sendControl: send('A message about the connection itself; whatever types says.', controls),
  };
}

function send(summary: string, types: readonly ServerMessageType[]): JsonObject {
  return {
    action: 'send',
    channel: { $ref: '#/channels/events' },
    summary,
    messages: types.map((type) => ({ $ref: `#/channels/events/messages/${type}` })),
  };
}

function messages(
  payloads: Readonly<Record<ServerMessageType, JsonObject>>,
  shapes: Readonly<Record<string, JsonObject>>,
): JsonObject {
  return Object.fromEntries(
    messageTypes.map((type) => {
      const { description, ...payload } = payloads[type];
      const tag = isEvent(type) ? 'event' : 'control';
      const examples = [{ payload: exampleOf(payload, shapes) }];
      return [type, { name: type, summary: description, tags: [{ name: tag }], payload, examples }];
    }),
  );
}

function isEvent(type: ServerMessageType): boolean {
  return eventTypes.some((event) => event === type);
}
