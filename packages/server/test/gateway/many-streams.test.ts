import { expect, it } from 'vitest';
import { gatewayScene } from '../support/gateway-scene.js';

it('P8: a thousand streams at once, each whole and in order', async () => {
  await using scene = await gatewayScene({
    parameters: { slots: 200 },
    // A thousand connections of this very process take their time on a busy machine.
    server: { timeouts: { headersMs: 60_000, requestMs: 60_000 } },
  });
  await scene.run('alpha');
  const parts = Array.from({ length: 20 }, (_, at) => `data: ${at}\n\n`);
  const headers = { 'content-type': 'text/event-stream' };
  const ask = async () => {
    const answer = await scene.chat('alpha', { headers, parts, partMs: 5 });
    return (await answer.text()) === parts.join('');
  };
  const answers = await Promise.all(Array.from({ length: 1_000 }, ask));
  expect(answers.filter(Boolean).length).toBe(1_000);
});
