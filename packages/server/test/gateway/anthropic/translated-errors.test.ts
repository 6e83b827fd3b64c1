import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayScene, gatewayScene, type Told } from '../../support/gateway-scene.js';

let scene: GatewayScene;
beforeAll(async () => {
  scene = await gatewayScene();
  await scene.run('alpha');
});
afterAll(() => scene[Symbol.asyncDispose]());

const send = (told: Told, more: object = {}) =>
  fetch(`${scene.url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({ model: 'alpha', told, messages: [], ...more }),
  });
const error = { code: 429, message: 'too many', type: 'some_error' };
const json = { 'content-type': 'application/json', 'retry-after': '7' };

it('keeps the other headers of an error', async () => {
  const answer = await send({ status: 429, headers: json, parts: [JSON.stringify({ error })] });
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe('7');
  const { message } = error;
  expect(await answer.json()).toMatchObject({ error: { type: 'rate_limit_error', message } });
});

it.each([
  ['of another shape', '{"detail":"no"}'],
  ['that has no status of its own', '{"error":{"message":"no","type":"x"}}'],
  ['in the shape of Anthropic', '{"type":"error","error":{"type":"api_error","message":"no"}}'],
  ['that is no JSON', '<html>no</html>'],
  ['without a body', ''],
  ['longer than any', JSON.stringify({ error: { ...error, message: 'x'.repeat(200_000) } })],
])('leaves an error %s as it is', async (_what, body) => {
  const answer = await send({ status: 404, headers: json, parts: [body] });
  expect(answer.status).toBe(404);
  expect(await answer.text()).toBe(body);
});

it('leaves what is no error as it is, whatever it says', async () => {
  const body = JSON.stringify({ error });
  const answer = await send({ headers: json, parts: [body] });
  expect([answer.status, await answer.text()]).toEqual([200, body]);
});

it('P5: an error that breaks off is told as one of the gateway', async () => {
  const answer = await send({ status: 500, headers: json, parts: ['{"error":'], end: 'cut' });
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({ type: 'error', error: { type: 'api_error' } });
});

it('translates an event that comes in pieces, and holds no other one back', async () => {
  const headers = { 'content-type': 'text/event-stream' };
  const event = `event: error\ndata: ${JSON.stringify(error)}\n\n`;
  const parts = [
    'event: ping\ndata: {}\n\n',
    event.slice(0, 9),
    event.slice(9, 30),
    event.slice(30),
  ];
  const answer = await send({ headers, parts, partMs: 20, end: 'hang' }, { stream: true });
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.endsWith('}\n\n') && text.includes('request_id')) break;
  }
  const id = answer.headers.get('request-id');
  const told = { type: 'error', error: { type: 'rate_limit_error', message: error.message } };
  expect(text).toBe(
    `event: ping\ndata: {}\n\nevent: error\ndata: ${JSON.stringify({ ...told, request_id: id })}\n\n`,
  );
});

it('answers in that shape what there is not', async () => {
  const answer = await fetch(`${scene.url}/v1/messages/batches`);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
});
