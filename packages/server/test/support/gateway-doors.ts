import { expect } from 'vitest';
import type { CallerHeaders } from './auth-scene.js';
import type { Admitted } from './matrix.js';
import { badCallers, goodCallers } from './matrix-callers.js';

const usersOfIt = 'operator admin inferenceKey ownKey';
const users = `${usersOfIt} otherKey`;
const managersOfIt = 'operator admin manageKey ownKey';

/** Who gets in at the gateway, written by hand: not read from the table that the server goes by. */
export const gatewayDoors: Readonly<Record<string, Admitted>> = {
  'GET /v1/models': users,
  'GET /models': users,
  'GET /v1/models/missing': usersOfIt,
  'POST /v1/chat/completions': usersOfIt,
  'POST /v1/completions': usersOfIt,
  'POST /v1/embeddings': usersOfIt,
  'POST /v1/responses': usersOfIt,
  'POST /v1/messages': usersOfIt,
  'POST /v1/messages/count_tokens': usersOfIt,
  'POST /completion': usersOfIt,
  'POST /tokenize': usersOfIt,
  'GET /props?model=missing': usersOfIt,
  'GET /slots?model=missing': usersOfIt,
  'GET /api/instances/missing/proxy/': usersOfIt,
  'GET /api/instances/missing/proxy/health': usersOfIt,
  'POST /api/instances/missing/proxy/v1/chat/completions': usersOfIt,
  'POST /api/instances/MISSING/proxy/completion': usersOfIt,
  'POST /api/instances/missing/proxy/slots/0?action=erase': managersOfIt,
  'POST /api/instances/missing/proxy/props': managersOfIt,
  'POST /api/instances/missing/proxy/lora-adapters': managersOfIt,
  'DELETE /api/instances/missing/proxy/anything': managersOfIt,
  'GET /api/instances/missing/proxy/metrics': managersOfIt,
  'OPTIONS /api/instances/missing/proxy/completion': managersOfIt,
  'PATCH /api/instances/missing/proxy/completion': managersOfIt,
  'PROPFIND /api/instances/missing/proxy/': managersOfIt,
  'PURGE /api/instances/missing/proxy/v1/chat/completions': managersOfIt,
  // There is nothing to be let into.
  'GET /v1/nothing': [...goodCallers, ...badCallers],
};

/** Asks for what there is not, so that whoever gets in gets 404. */
export async function askGateway(url: string, door: string, headers: CallerHeaders | undefined) {
  const [method = '', path = ''] = door.split(' ');
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' && { body: JSON.stringify({ model: 'missing', messages: [] }) }),
  });
  const challenge = response.headers.get('www-authenticate');
  expect(challenge).toBe(response.status === 401 ? 'Bearer' : null);
  return { status: response.status, text: await response.text() };
}
