import { readFileSync } from 'node:fs';
import { waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { root } from '../../system/built-file.js';
import { curl } from '../../system/curl.js';
import { serve } from '../../system/serve.js';

/** Runs the first script of a page that opens a socket, and gives back what it declares. */
function runSnippet(page: string, port: string, names: readonly string[]): unknown[] {
  const blocks = readFileSync(`${root}docs/${page}`, 'utf8').matchAll(/^```js\n([\s\S]*?)^```/gm);
  const [script = ''] = [...blocks]
    .map(([, text = '']) => text)
    .filter((text) => text.includes('new WebSocket('));
  const own = script.replace('localhost:8080', `localhost:${port}`);
  return new Function('WebSocket', `${own}\nreturn [${names.join(', ')}];`)(WebSocket);
}

test('the script on monitoring keeps the state of every instance', async () => {
  await using system = await serve();
  const api = `${system.url}/api/instances`;
  const { port } = new URL(system.url);
  const create = async (name: string) => {
    const body = JSON.stringify({ name, model_path: system.model, options: { threads: 1 } });
    await curl(api, '-H', 'Content-Type: application/json', '-d', body);
  };
  await create('before');
  const [instances, socket] = runSnippet('advanced/monitoring.md', port, ['instances', 'socket']);
  const known = instances as Map<string, { status: string; stats?: unknown }>;
  await waitFor(() => known.get('before')?.status === 'stopped');

  await create('after');
  await curl('-X', 'POST', `${api}/after/start`);
  await waitFor(() => known.get('after')?.status === 'running', { timeoutMs: 30_000 });
  await waitFor(() => known.get('after')?.stats, { timeoutMs: 30_000 });
  await curl('-X', 'DELETE', `${api}/before`);
  await waitFor(() => !known.has('before'));
  expect([...known.keys()]).toEqual(['after']);
  (socket as WebSocket).terminate();
});
