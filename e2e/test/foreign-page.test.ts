import { randomUUID } from 'node:crypto';
import { LlamactlClient } from '@llamactl/client';
import { waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attemptsAt, tryAll, trySocket } from '../system/attack.js';
import { type ForeignSite, foreignSite } from '../system/foreign-site.js';
import { type OpenPage, openPage } from '../system/open-page.js';
import { type ServedSystem, serve } from '../system/serve.js';

const ownKey = 'a-key-of-its-own';
const prompt = JSON.stringify({ prompt: 'a', n_predict: 4 });
/** A name that its owner makes to point here, once a browser is on its page. */
const rebound = 'rebound.example';

let site: ForeignSite;
/** As it is by default. */
let open: ServedSystem;
/** With authentication on, so that instances ask for a key as well. */
let closed: ServedSystem;
let admin: LlamactlClient;

beforeAll(async () => {
  site = await foreignSite();
  [open, closed] = await Promise.all([
    serve(undefined, {}, ['--log-level', 'debug']),
    serve(undefined, { LLAMACTL_AUTH__ENABLED: 'true' }),
  ]);
  const [, password = ''] = /^admin password: (\S+)$/m.exec(closed.program.stdout) ?? [];
  admin = new LlamactlClient({ baseUrl: closed.url });
  await admin.login('admin', password);
});
afterAll(async () => {
  for (const each of [site, open, closed]) await each?.[Symbol.asyncDispose]();
});

/** Starts an instance and tells where it listens. */
async function run({ url, model }: ServedSystem, name: string, more = {}): Promise<string> {
  const client = url === closed.url ? admin : new LlamactlClient({ baseUrl: url });
  const options = { threads: 1, context_size: 256, parallel: 1, ...more };
  await client.createInstance({ name, model_path: model, options });
  await client.startInstance(name);
  return `http://127.0.0.1:${(await client.waitForStatus(name, 'running')).port}`;
}

/** What a server has logged of all requests that were made before, up to within the line of one of its own. */
async function logSoFar({ url, program }: ServedSystem): Promise<string> {
  const mark = `/mark-${randomUUID()}`;
  await fetch(url + mark);
  await waitFor(() => program.stderr.includes(mark));
  return program.stderr.slice(0, program.stderr.indexOf(mark));
}

/** Tokens that an instance has generated so far. */
async function generated(url: string, key = ''): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  return Number(/^llamacpp:tokens_predicted_total (\d+)/m.exec(await answer.text())?.[1]);
}

/** Lets a page try all it can at an address; whether anything came of it is for the test to find out. */
async function seesNothing(browser: OpenPage, url: string, body: string): Promise<void> {
  const outcomes = await visit(browser, url, body);
  expect(new Set(Object.values(outcomes))).toEqual(new Set(['nothing']));
}

const visit = ({ page }: OpenPage, url: string, body: string) =>
  page.evaluate(tryAll, attemptsAt(url, body));

describe.each(['127.0.0.1', 'evil.localhost'])('a page of %s', (host) => {
  let browser: OpenPage;
  beforeAll(async () => {
    browser = await openPage(`http://${host}:${site.port}/`);
  });
  afterAll(() => browser?.[Symbol.asyncDispose]());

  test('S13, S15: neither reads from the API nor changes anything there', async () => {
    const client = new LlamactlClient({ baseUrl: open.url });
    const name = `kept-${host}`;
    await client.createInstance({ name, model_path: open.model });
    const before = await client.listInstances();
    const seen = (await logSoFar(open)).length;
    const definition = JSON.stringify({ name: 'foreign', model_path: open.model });
    for (const path of [
      '/api/instances',
      `/api/instances/${name}`,
      `/api/instances/${name}/stop`,
    ]) {
      await seesNothing(browser, open.url + path, definition);
    }
    // Not even what it reads blindly is served.
    const requests = (await logSoFar(open)).slice(seen).match(/debug request .*\n/g) ?? [];
    expect(requests.filter((line) => !/status=403|method=OPTIONS/.test(line))).toEqual([]);
    expect(requests.filter((line) => line.includes('status=403')).length).toBeGreaterThan(6);
    expect(await client.listInstances()).toEqual(before);
  });

  test('S12: hears nothing on the socket', async () => {
    const url = `${open.url.replace('http', 'ws')}/api/ws`;
    expect(await browser.page.evaluate(trySocket, url)).toBe('nothing');
  });

  test('S15: makes no instance work through the gateway', async () => {
    const name = `gateway-${host}`;
    const url = await run(open, name);
    for (const path of [
      '/v1/completions',
      '/completion',
      `/api/instances/${name}/proxy/completion`,
    ]) {
      const body = JSON.stringify({ model: name, prompt: 'a', max_tokens: 4, n_predict: 4 });
      await seesNothing(browser, open.url + path, body);
    }
    expect(await generated(url)).toBe(0);
  });

  test('S16: reads nothing from the port of an instance; blindly, it can make it work', async () => {
    const url = await run(open, `open-${host}`);
    await seesNothing(browser, `${url}/completion`, prompt);
    // What CORS cannot keep out. The next test has what can.
    expect(await generated(url)).toBeGreaterThan(0);
  });

  test('S16: with authentication on, reaches neither the API, nor the socket, nor an instance', async () => {
    const name = `closed-${host}`;
    const url = await run(closed, name, { api_key: ownKey });
    const before = await admin.listInstances();
    const body = JSON.stringify({ model: name, prompt: 'a', max_tokens: 4, n_predict: 4 });
    for (const path of [
      `/api/instances/${name}`,
      '/v1/completions',
      `/api/instances/${name}/stop`,
    ]) {
      await seesNothing(browser, closed.url + path, body);
    }
    const socket = `${closed.url.replace('http', 'ws')}/api/ws`;
    expect(await browser.page.evaluate(trySocket, socket)).toBe('nothing');
    await seesNothing(browser, `${url}/completion`, prompt);
    expect(await generated(url, ownKey)).toBe(0);
    expect(await admin.listInstances()).toEqual(before);
  });
});

describe('a page whose name was made to point here', () => {
  let browser: OpenPage;
  const rename = (url: string) => url.replace(/127\.0\.0\.1|localhost/, rebound);

  beforeAll(async () => {
    browser = await openPage(`http://${rebound}:${site.port}/`, [rebound]);
  });
  afterAll(() => browser?.[Symbol.asyncDispose]());

  test('S14: gets nothing but a refusal from the API, though it is of the same origin', async () => {
    // The page came from its owner, before the name was made to point here; our policy does not bind it.
    const session = await browser.page.context().newCDPSession(browser.page);
    await session.send('Page.setBypassCSP', { enabled: true });
    await browser.page.goto(rename(open.url));
    const outcomes = await visit(browser, `${rename(open.url)}/api/instances`, '{}');
    expect(Object.keys(outcomes)).not.toEqual([]);
    for (const outcome of Object.values(outcomes)) {
      expect(outcome).toMatchObject({
        status: 403,
        text: expect.stringContaining('HOST_FORBIDDEN'),
      });
    }
    const socket = `${rename(open.url).replace('http', 'ws')}/api/ws`;
    expect(await browser.page.evaluate(trySocket, socket)).toBe('nothing');
  });

  test('S16: gets nothing from an instance that asks for a key', async () => {
    const url = await run(closed, 'rebound', { api_key: ownKey });
    await browser.page.goto(`${rename(url)}/health`);
    const outcomes = await visit(browser, `${rename(url)}/completion`, prompt);
    for (const outcome of Object.values(outcomes)) {
      expect(outcome).not.toMatchObject({ status: 200 });
      expect(outcome).not.toMatchObject({ text: expect.stringContaining('content') });
    }
    expect(outcomes.write).toMatchObject({ status: 401 });
    expect(await generated(url, ownKey)).toBe(0);
  });
});
