// @ts-check
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LlamactlClient } from '@llamactl/client';
import { createServer } from '@llamactl/server';
import { watch } from './watch.mjs';

const { MODEL = 'model.gguf', LLAMA_SERVER = 'llama-server' } = process.env;

/** A watcher that is ended and started again, and a server that is. */
export async function demonstrate() {
  const folder = await mkdtemp(join(tmpdir(), 'watch-events-'));
  const file = join(folder, 'last-event.txt');
  let server = await serve(0);
  try {
    const client = new LlamactlClient({ baseUrl: server.url });
    await client.createInstance({ name: 'demo', model_path: MODEL, options: { threads: 1 } });

    console.log('\nA watcher begins with everything that there is:');
    await client.startInstance('demo');
    await showUntil('running', watch(client, { file }));

    await client.stopInstance('demo');
    await client.waitForStatus('demo', 'stopped');
    console.log('\nThe next one begins with what came since:');
    await showUntil('-> stopped', watch(client, { file }));

    console.log('\nIt outlasts the server; another one does not know what came before:');
    await client.deleteInstance('demo');
    for await (const line of watch(client, { file })) {
      console.log(line);
      if (line.includes('deleted')) {
        const { port } = server;
        await server.close();
        server = await serve(port);
      }
      if (line.includes('now:')) break;
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

/** @param {number} port */
function serve(port) {
  return createServer({ port, config: { backends: { 'llama-cpp': { command: LLAMA_SERVER } } } });
}

/**
 * @param {string} text
 * @param {AsyncIterable<string>} lines
 */
async function showUntil(text, lines) {
  for await (const line of lines) {
    console.log(line);
    if (line.includes(text)) return;
  }
}
