import { waitFor } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { succeed } from '../../support/call.js';
import { type GatewayScene, gatewayScene, type Told } from '../../support/gateway-scene.js';

/** One slot has five places. */
const places = 5;

const ask = ({ url }: GatewayScene, told: Told, signal?: AbortSignal) =>
  fetch(`${url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({ model: 'alpha', told, messages: [] }),
    ...(signal && { signal }),
  });

/** Takes all places with requests whose clients leave. */
async function abandonAll(scene: GatewayScene, told: Told): Promise<void> {
  await scene.run('alpha');
  // The number of slots is known then.
  await (await scene.chat('alpha')).text();
  const abort = new AbortController();
  const asked = Array.from({ length: places }, () =>
    ask(scene, told, abort.signal).catch(() => null),
  );
  await waitFor(async () => (await scene.seen('alpha')).length === 1 + places);
  abort.abort();
  await Promise.all(asked);
}

it('P3: sends no more than a backend bears while it works on for clients that have left', async () => {
  await using scene = await gatewayScene({ parameters: { slots: 1, tellsSlots: 1 } });
  const begun = performance.now();
  await abandonAll(scene, { waitMs: 2_000, parts: ['{}'] });
  const next = ask(scene, { parts: ['{}'] });
  await waitFor(async () => {
    const [request] = (await succeed(scene.url, 'listRequests')).requests;
    return request?.state === 'waiting';
  });
  expect((await next).status).toBe(200);
  expect(performance.now() - begun).toBeGreaterThan(2_000);
});

it('keeps no place for long where the backend does not tell of its work', async () => {
  await using scene = await gatewayScene({ parameters: { slots: 1 } });
  await abandonAll(scene, { waitMs: 100_000 });
  expect((await ask(scene, { parts: ['{}'] })).status).toBe(200);
});

it('keeps no place of one that is to stop', async () => {
  await using scene = await gatewayScene({ parameters: { slots: 1, tellsSlots: 1 } });
  await abandonAll(scene, { waitMs: 100_000 });
  const begun = performance.now();
  await scene.llamactl.stop('alpha', { timeoutMs: 20_000 });
  await scene.llamactl.waitForStatus('alpha', 'stopped', { timeoutMs: 20_000 });
  expect(performance.now() - begun).toBeLessThan(8_000);
});
