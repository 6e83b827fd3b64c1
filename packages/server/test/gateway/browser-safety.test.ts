import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.js';
import { type AuthScene, type CallerHeaders, startAuthScene } from '../support/auth-scene.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const ours = 'https://ui.example.org';
const theirs = 'https://evil.example';
const server = { allowed_origins: [ours] };

/** One of each kind of route; nothing of it is there, so that who gets through gets 404. */
const writes = [
  '/v1/chat/completions',
  '/v1/messages',
  '/completion',
  '/api/instances/missing/proxy/completion',
];
const reads = ['/v1/models/missing', '/props?model=missing', '/api/instances/missing/proxy/health'];
const body = JSON.stringify({ model: 'missing', messages: [] });

interface Side {
  readonly url: string;
  /** What lets a caller through. */
  readonly good: CallerHeaders;
}

let scene: AuthScene;
let open: TestServer;
const sides: Record<string, () => Side> = {
  on: () => ({ url: scene.url, good: scene.admin }),
  off: () => ({ url: open.server.url, good: {} }),
};

beforeAll(async () => {
  scene = await startAuthScene({ config: { server } });
  open = await startTestServer({ config: { server } });
});
afterAll(async () => {
  for (const each of [scene, open]) await each?.[Symbol.asyncDispose]();
});

describe.each(['on', 'off'])('with authentication %s', (name) => {
  const side = () => (sides[name] as () => Side)();
  const write = (path: string, headers: CallerHeaders) =>
    ask(side().url, path, { method: 'POST', body, headers: { ...side().good, ...headers } });
  const read = (path: string, headers: CallerHeaders) =>
    ask(side().url, path, { headers: { ...side().good, ...headers } });

  describe.each(writes)('S13, S15: %s', (path) => {
    it.each([theirs, 'null', 'http://localhost:1', `${ours}.evil.example`, 'file://'])(
      'does nothing for a page of %s, whatever it shows',
      async (origin) => {
        // As a form sends it: without asking before.
        for (const type of ['text/plain', 'application/json']) {
          const answer = await write(path, { origin, 'content-type': type });
          expect(answer).toMatchObject({ status: 403 });
          expect(answer.text).toMatch(/ORIGIN_FORBIDDEN|may neither change/);
          expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
        }
      },
    );

    it('answers a page of an allowed origin, of this host, and programs', async () => {
      const own = side().url.replace('localhost', '127.0.0.1');
      for (const headers of [{ origin: ours }, { origin: own, host: new URL(own).host }, {}]) {
        expect((await write(path, headers as CallerHeaders)).status).toBe(404);
      }
      const { headers } = await write(path, { origin: ours });
      expect(headers).toMatchObject({ 'access-control-allow-origin': ours, vary: 'Origin' });
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    });

    it('says in a preflight what a page of an allowed origin may do, and nothing to others', async () => {
      const asked = {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-stainless-os',
      };
      const preflight = (origin: string) =>
        ask(side().url, path, { method: 'OPTIONS', headers: { origin, ...asked } });
      const { status, headers } = await preflight(ours);
      expect(status).toBe(204);
      expect(headers).toMatchObject({
        'access-control-allow-origin': ours,
        'access-control-allow-methods': expect.stringContaining('POST'),
        'access-control-allow-headers': expect.stringMatching(/authorization.*x-stainless-os/i),
      });
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
      const others = Object.keys((await preflight(theirs)).headers);
      expect(others.filter((header) => header.startsWith('access-control'))).toEqual([]);
    });
  });

  it.each(reads)('S13: %s answers no page of another site, unless it is allowed', async (path) => {
    const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await read(path, foreign)).status).toBe(403);
    expect((await read(path, { ...foreign, origin: theirs })).status).toBe(403);
    // An old browser tells the origin alone: what is answered it keeps from the page.
    const { headers } = await read(path, { origin: theirs });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    const answer = await read(path, { ...foreign, origin: ours });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([404, ours]);
  });

  it.each([...writes, ...reads])(
    'S14: %s does nothing for a page whose name was made to point here',
    async (path) => {
      const host = 'evil.example:8080';
      // To the browser it is one of its own origin, but it has no credential to show.
      const told = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
      const parts = writes.includes(path) ? { method: 'POST', body } : {};
      const { status, text } = await ask(side().url, path, { ...parts, headers: told });
      expect(status).toBe(name === 'on' ? 401 : 403);
      if (name === 'off') expect(text).toMatch(/HOST_FORBIDDEN|not served here/);
    },
  );
});

describe('S13: with authentication on', () => {
  it.each([...writes, ...reads])(
    'a page of an allowed origin reads what refuses it: %s',
    async (path) => {
      const parts = writes.includes(path) ? { method: 'POST', body } : {};
      const { status, headers } = await ask(scene.url, path, {
        ...parts,
        headers: { origin: ours },
      });
      expect(status).toBe(401);
      expect(headers).toMatchObject({ 'access-control-allow-origin': ours, vary: 'Origin' });
    },
  );
});
