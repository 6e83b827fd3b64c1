import { type Operation, type OperationId, operations } from '@llamactl/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthScene, startAuthScene } from '../support/auth-scene.js';
import { askGateway, gatewayDoors } from '../support/gateway-doors.js';
import { handshake } from '../support/handshake.js';
import { createMatrix } from '../support/matrix.js';
import {
  badCallers,
  type Caller,
  goodCallers,
  type HeadersOfCallers,
  prepareCallers,
} from '../support/matrix-callers.js';
import { exchange, openRaw, parseAnswer } from '../support/raw-http.js';

/** Who gets in, written by hand: not read from the table that the server goes by. */
const everybody = [...goodCallers, ...badCallers];
const readers = 'viewer operator admin readKey ownKey otherKey';
const readersOfIt = 'viewer operator admin readKey ownKey';
const operators = 'operator admin operateKey ownKey';
const managers = 'operator admin manageKey ownKey';
const people = 'viewer operator admin';
const admins = 'admin adminKey';
const allowed: Record<OperationId | 'socket', string | readonly string[]> = {
  getHealth: everybody,
  getReady: everybody,
  login: everybody,
  getIdentity: goodCallers,
  listInstances: readers,
  getSystemStatus: readers,
  getSystemInfo: readers,
  socket: readers,
  listRequests: readers,
  cancelRequest: `${operators} otherKey`,
  getInstance: readersOfIt,
  getInstanceHealth: readersOfIt,
  getInstanceLogs: readersOfIt,
  createInstance: managers,
  updateInstance: managers,
  deleteInstance: managers,
  startInstance: operators,
  stopInstance: operators,
  restartInstance: operators,
  startAllInstances: `${operators} otherKey`,
  stopAllInstances: `${operators} otherKey`,
  refreshToken: people,
  logout: `${people} adminKey`,
  listApiKeys: `${people} adminKey`,
  createApiKey: `${people} adminKey`,
  deleteApiKey: `${people} adminKey`,
  changePassword: admins,
  listUsers: admins,
  createUser: admins,
  updateUser: admins,
  deleteUser: admins,
  getConfig: admins,
  updateConfig: admins,
};

/** Bodies that change nothing, so that every caller finds the same. */
const bodies: Partial<Record<OperationId, unknown>> = {
  login: { nonsense: true },
  createInstance: { name: 'missing', model_path: '/nowhere/at/all.gguf' },
  updateInstance: {},
  logout: { nonsense: true },
  createUser: { nonsense: true },
  updateUser: { role: 'viewer' },
  changePassword: { password: 'something new' },
  createApiKey: { nonsense: true },
  updateConfig: { nonsense: true },
};

let scene: AuthScene;
let headersOf: HeadersOfCallers;

beforeAll(async () => {
  scene = await startAuthScene();
  headersOf = await prepareCallers(scene);
});
afterAll(() => scene?.[Symbol.asyncDispose]());

const matrix = createMatrix(() => headersOf);

async function ask(id: OperationId, caller: Caller): Promise<string> {
  const { method, path }: Operation = operations[id];
  const body = bodies[id];
  const response = await fetch(scene.url + path.replace(/\{\w+\}/, 'missing'), {
    method,
    headers: {
      ...headersOf.get(caller),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const challenge = response.headers.get('www-authenticate');
  expect(challenge).toBe(response.status === 401 ? 'Bearer' : null);
  return matrix.outcomeOf(response.status, await response.text());
}

/** Opens a socket as the headers say, or, with `offer`, by offering what they say as a subprotocol. */
async function knock(caller: Caller, offer?: string): Promise<string> {
  using connection = await openRaw(scene.test.server.port);
  const headers = offer === undefined ? headersOf.get(caller) : { 'Sec-WebSocket-Protocol': offer };
  connection.socket.write(handshake('/api/ws', headers));
  await connection.waitFor(/"type":"hello"|"details":"[^"]*"}/);
  const { status, body } = parseAnswer(connection.received);
  return status === 101 ? 'in' : matrix.outcomeOf(status, body);
}

describe('S6, S19: who may do what', () => {
  it('is said here of every operation', () => {
    expect(Object.keys(allowed).sort()).toEqual([...Object.keys(operations), 'socket'].sort());
    expect([...headersOf.keys()].sort()).toEqual([...everybody].sort());
  });

  it.each(Object.keys(operations) as OperationId[])('%s', async (id) => {
    await matrix.hold((caller) => ask(id, caller), allowed[id]);
  });

  it('the WebSocket, by headers', async () => {
    await matrix.hold((caller) => knock(caller), allowed.socket);
  });

  it('the WebSocket, by subprotocol', async () => {
    // Neither a space nor nothing can be offered.
    const impossible = ['none', 'basic', 'two tokens'];
    const offering = everybody.filter((who) => !impossible.includes(who));
    const offer = (caller: Caller) => {
      const [value = ''] = Object.values(headersOf.get(caller) ?? {});
      return knock(caller, `llamactl.bearer.${value.replace('Bearer ', '')}, llamactl.v1`);
    };
    await matrix.hold(offer, allowed.socket, offering);
  });

  it.each(Object.entries(gatewayDoors))('%s', async (door, admitted) => {
    await matrix.hold(async (caller) => {
      const { status, text } = await askGateway(scene.url, door, headersOf.get(caller));
      return matrix.outcomeOf(status, text);
    }, admitted);
  });

  it('what is refused does not show why, in the shapes of the API, of OpenAI and of Anthropic', () => {
    expect(matrix.refusals.size).toBe(3);
  });

  it.each(['GET /api/instances', 'GET /health', 'GET /api/ws'])(
    '%s with a token of 1 MB is refused while it comes in',
    async (line) => {
      const head = `${line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer `;
      const { status } = await exchange(scene.test.server.port, head, 'a'.repeat(1_048_576));
      expect(status).toBe(431);
    },
  );
});
