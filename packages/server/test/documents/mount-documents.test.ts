import { readFile } from 'node:fs/promises';
import { staticRoutes } from '@llamactl/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
let url: string;

beforeAll(async () => {
  test = await startTestServer({ basePath: '/llm/' });
  url = test.server.url;
});
afterAll(() => test[Symbol.asyncDispose]());

const documents = ['openapi.json', 'asyncapi.json'];
const assets: [name: string, type: string][] = [
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['start.js', 'text/javascript; charset=utf-8'],
];

/** As the contract ships it. */
function committed(name: string): Promise<Buffer> {
  return readFile(new URL(`../../../contract/documents/${name}`, import.meta.url));
}

/** Asks as a browser does that has kept an answer; `fetch` would ask for a fresh one. */
async function revalidate(path: string, etag: string) {
  const head = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: ${etag}\r\n`;
  const { status, body } = await exchange(test.server.port, `${head}Connection: close\r\n\r\n`);
  return { status, bytes: body.length };
}

describe('documents', () => {
  it.each(documents)('%s is served byte for byte', async (name) => {
    const response = await fetch(`${url}/api/${name}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(Buffer.from(await response.arrayBuffer()).equals(await committed(name))).toBe(true);
  });

  it('name a server relative to themselves, which is right under a base path', async () => {
    const address = `${url}/api/openapi.json`;
    const { servers, paths } = (await (await fetch(address)).json()) as {
      servers: { url: string }[];
      paths: Record<string, unknown>;
    };
    const base = new URL(servers[0]?.url ?? '', address).href.replace(/\/$/, '');
    expect(base).toBe(url);
    for (const path of [
      '/health',
      '/api/instances',
      ...Object.values(staticRoutes).map((r) => r.path),
    ]) {
      expect(paths).toHaveProperty([path]);
      expect({ path, status: (await fetch(base + path)).status }).toEqual({ path, status: 200 });
    }
  });
});

describe('whatever is handed out', () => {
  const all = [...documents, 'docs', ...assets.map(([name]) => `docs/${name}`)];

  it.each(all)(
    '%s is kept by clients, and asked for again only when it is another',
    async (name) => {
      const address = `${url}/api/${name}`;
      const first = await fetch(address);
      const etag = first.headers.get('etag') ?? '';
      const length = first.headers.get('content-length');
      expect(etag).toMatch(/^"[\w-]{27}"$/);
      expect(first.headers.get('cache-control')).toBe('no-cache');
      expect(Number(length)).toBe((await first.arrayBuffer()).byteLength);
      expect(await revalidate(`/llm/api/${name}`, etag)).toEqual({ status: 304, bytes: 0 });
      expect(await revalidate(`/llm/api/${name}`, '"other"')).toMatchObject({ status: 200 });
      const head = await fetch(address, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, length]);
    },
  );

  it.each(all)('%s takes no other method', async (name) => {
    const address = `${url}/api/${name}`;
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const response = await fetch(address, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
      expect(await response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    }
    expect((await fetch(address, { method: 'OPTIONS' })).status).toBe(204);
  });

  it('comes whole, also to a client that goes on sending', async () => {
    const head = 'GET /llm/api/docs/start.js HTTP/1.1\r\nHost: localhost\r\n';
    const announced = 'Content-Length: 5000000\r\nConnection: close\r\n\r\n';
    const { status, body } = await exchange(test.server.port, head + announced, 'x'.repeat(100));
    expect({ status, begin: body.slice(0, 17) }).toEqual({
      status: 200,
      begin: 'SwaggerUIBundle({',
    });
  });
});

describe('the page', () => {
  it('lets nothing in from elsewhere', async () => {
    const response = await fetch(`${url}/api/docs`);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const page = await response.text();
    expect(page).not.toMatch(/https?:/);
    // Neither inline scripts nor styles.
    expect(page).not.toMatch(/<script>|<style|style=|\son\w+=/);
  });

  it('alone has another policy than the API', async () => {
    for (const name of [...documents, 'instances']) {
      const { headers } = await fetch(`${url}/api/${name}`);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; frame-ancestors 'none'",
      );
    }
  });

  it.each(assets)('brings %s along', async (name, type) => {
    const response = await fetch(`${url}/api/docs/${name}`);
    expect(response.headers.get('content-type')).toBe(type);
    expect((await response.text()).length).toBeGreaterThan(100);
  });

  it.each([
    '/llm/api/docs/',
    '/llm/api/docs/package.json',
    '/llm/api/docs/LICENSE',
    '/llm/api/docs/index.html',
    '/llm/api/docs/swagger-ui-bundle.js.map',
    '/llm/api/docs/swagger-ui.css/',
    '/llm/api/docs/../docs/package.json',
    '/llm/api/docs/%2e%2e/package.json',
    '/llm/api/docs/..%2fpackage.json',
    '/llm/api/docs/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/llm/api/docs//etc/passwd',
    '/llm/api/docs/start.js%00',
    '/llm/api/openapi.json/',
    '/llm/api/openapi.yaml',
    '/api/openapi.json',
    '/api/docs',
  ])('C19: there is nothing at %s', async (path) => {
    const head = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    const { status, body } = await exchange(test.server.port, head);
    expect({ status, code: JSON.parse(body).code }).toEqual({ status: 404, code: 'NOT_FOUND' });
  });
});
