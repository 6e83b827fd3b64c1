import { type FakeParameters, freePort, waitFor } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { type GatewayScene, gatewayScene, type SceneOptions } from '../support/gateway-scene.js';

const slow: FakeParameters = { delayMs: 400 };
const scene = (options: SceneOptions = {}) => gatewayScene({ parameters: slow, ...options });

/** Counts how often instances begin to start. */
function countStarts({ llamactl }: GatewayScene): () => number {
  let starts = 0;
  llamactl.on('instance_status_changed', ({ instance }) => {
    if (instance.status === 'starting') starts += 1;
  });
  return () => starts;
}

describe('a stopped instance', () => {
  it('P11: is started once for 500 requests at the same moment, and serves them all', async () => {
    await using test = await scene();
    await test.create('alpha');
    const starts = countStarts(test);
    const answers = await Promise.all(Array.from({ length: 500 }, () => test.chat('alpha')));
    expect(answers.filter(({ status }) => status === 200).length).toBe(500);
    expect(starts()).toBe(1);
  });

  it('P11: takes a thousand who wait, and refuses the next with 429', async () => {
    await using test = await gatewayScene({ fake: 'never-ready' });
    await test.create('alpha');
    const abort = new AbortController();
    const waiting = Array.from({ length: 1_000 }, () =>
      test.chat('alpha', undefined, { signal: abort.signal }).catch(() => null),
    );
    await waitFor(
      async () => (await states(test)).filter((s) => s === 'waiting').length === 1_000,
      {
        timeoutMs: 50_000,
      },
    );
    const refused = await test.chat('alpha');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error: { code: 'QUEUE_FULL' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    abort.abort();
    await Promise.all(waiting);
    await waitFor(async () => (await states(test)).length === 0);
  });

  it('is refused with 503 when requests do not start it', async () => {
    await using test = await scene();
    await test.create('alpha', { on_demand: false });
    const answer = await test.chat('alpha');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: 'INSTANCE_STOPPED' } });
    await test.llamactl.update('alpha', { on_demand: true });
    expect((await test.chat('alpha')).status).toBe(200);
  });

  it('stays stopped after a stop on purpose, until it is started', async () => {
    await using test = await scene();
    await test.run('alpha');
    await test.llamactl.stop('alpha');
    await test.llamactl.waitForStatus('alpha', 'stopped');
    expect(test.llamactl.get('alpha').held).toBe(true);
    const answer = await test.chat('alpha');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toMatch(/on purpose/);
    await test.llamactl.start('alpha');
    expect((await test.chat('alpha')).status).toBe(200);
    expect(test.llamactl.get('alpha').held).toBe(false);
  });
});

it('P2: whoever leaves while it loads is gone, and the start goes on', async () => {
  await using test = await scene();
  await test.create('alpha');
  const abort = new AbortController();
  const asked = test.chat('alpha', undefined, { signal: abort.signal });
  await waitFor(async () => (await states(test)).includes('waiting'));
  abort.abort();
  await expect(asked).rejects.toThrow();
  await waitFor(async () => (await states(test)).length === 0);
  await test.llamactl.waitForStatus('alpha', 'running', { timeoutMs: 20_000 });
  expect(await test.seen('alpha')).toEqual([]);
});

it('P12: a start that fails is told to all who wait, then at once to whoever comes', async () => {
  await using test = await gatewayScene({ fake: 'exits-early' });
  await test.create('alpha');
  const starts = countStarts(test);
  const answers = await Promise.all(Array.from({ length: 50 }, () => test.chat('alpha')));
  for (const answer of [...answers, await test.chat('alpha')]) {
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('INSTANCE_FAILED');
    expect(error.message).toMatch(/bad_option/);
  }
  expect(starts()).toBe(1);
});

it('P12: tries again when the cool-down is over', async () => {
  const server = { timeouts: { gateway: { coolDownMs: 50 } } };
  await using test = await gatewayScene({ fake: 'exits-early', server });
  await test.create('alpha');
  const starts = countStarts(test);
  await test.chat('alpha');
  await waitFor(async () => {
    await test.chat('alpha');
    return starts() === 2;
  });
});

it('P12: a start that is refused is a failure of the instance, not of the request', async () => {
  await using test = await scene();
  const port = await freePort();
  await test.create('alpha', { port });
  await using _ = await (await import('@llamactl/testkit')).occupyPort(port);
  const answer = await test.chat('alpha');
  expect(answer.status).toBe(503);
  expect(await answer.text()).toMatch(/INSTANCE_FAILED/);
});

it('keeps a streamed request alive while it waits', async () => {
  const server = { timeouts: { gateway: { keepAliveMs: 50 } } };
  await using test = await scene({ server });
  await test.create('alpha');
  const told = { headers: { 'content-type': 'text/event-stream' }, parts: ['data: [DONE]\n\n'] };
  const answer = await test.chat('alpha', told, {
    body: JSON.stringify({ model: 'alpha', stream: true, told }),
  });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(/^(: waiting for the model\n\n)+data: \[DONE\]\n\n$/);
});

it('tells in the stream that it began when the start fails after all', async () => {
  const server = { timeouts: { gateway: { keepAliveMs: 50 } } };
  const instances = { startup_timeout: 0.6 };
  await using test = await gatewayScene({ fake: 'never-ready', server, instances });
  await test.create('alpha');
  const answer = await test.chat('alpha', undefined, {
    body: JSON.stringify({ model: 'alpha', stream: true }),
  });
  expect(answer.status).toBe(200);
  let text = '';
  await (async () => {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => {});
  expect(text).toMatch(/: waiting for the model\n\ndata: \{"error":.*INSTANCE_FAILED/);
});

it('P10: a request while it restarts waits for it', async () => {
  await using test = await scene();
  await test.run('alpha');
  await test.llamactl.restart('alpha');
  expect((await test.chat('alpha')).status).toBe(200);
});

it('P10: requests under way end before a stop, new ones are refused', async () => {
  await using test = await scene();
  await test.run('alpha');
  const asked = test.chat('alpha', { waitMs: 500, parts: ['{"whole":true}'] });
  await waitFor(async () => (await states(test)).includes('running'));
  await test.llamactl.stop('alpha');
  expect(test.llamactl.get('alpha').status).toBe('stopping');
  const refused = await test.chat('alpha');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(await (await asked).json()).toEqual({ whole: true });
  const { last_exit } = await test.llamactl.waitForStatus('alpha', 'stopped');
  expect(last_exit).toMatchObject({ code: 0 });
});

it('P10: what does not end within half of the time is cut, and the stop goes on', async () => {
  await using test = await scene();
  await test.run('alpha');
  const told = { headers: { 'content-type': 'text/event-stream' }, parts: ['data: 1\n\n'] };
  const answer = await test.chat('alpha', { ...told, end: 'hang' });
  const begun = performance.now();
  await test.llamactl.stop('alpha', { timeoutMs: 1_000 });
  await expect(answer.text()).rejects.toThrow();
  await test.llamactl.waitForStatus('alpha', 'stopped', { timeoutMs: 10_000 });
  expect(performance.now() - begun).toBeGreaterThan(450);
  expect(test.llamactl.get('alpha').last_exit).toMatchObject({ signal: null });
});

it('lets go of an instance that nobody asked for a while', async () => {
  await using test = await scene({ parameters: {}, instances: { idle_timeout: 0.3 } });
  await test.create('alpha');
  expect((await test.chat('alpha', { waitMs: 600, parts: ['{}'] })).status).toBe(200);
  expect(test.llamactl.get('alpha').status).toBe('running');
  await test.llamactl.waitForStatus('alpha', 'stopped', { timeoutMs: 10_000 });
  expect(test.llamactl.get('alpha').held).toBe(false);
  expect((await test.chat('alpha')).status).toBe(200);
});

it('goes by the time that an instance has of its own, where it has one', async () => {
  await using test = await scene({ parameters: {}, instances: { idle_timeout: 60 } });
  await test.create('alpha', { idle_timeout: 0.3 });
  await test.create('beta');
  for (const name of ['beta', 'alpha']) expect((await test.chat(name)).status).toBe(200);
  await test.llamactl.waitForStatus('alpha', 'stopped', { timeoutMs: 10_000 });
  await test.llamactl.update('beta', { idle_timeout: 0.3 });
  await test.llamactl.waitForStatus('beta', 'stopped', { timeoutMs: 10_000 });
});

async function states({ url }: GatewayScene): Promise<string[]> {
  const { requests } = (await (await fetch(`${url}/api/requests`)).json()) as {
    requests: { state: string }[];
  };
  return requests.map(({ state }) => state);
}
