// @ts-check
// Serves the REST API out of a Node app, and drives it with the typed client.
import { ApiError, LlamactlClient } from '@llamactl/client';
import { createServer } from '@llamactl/server';

const { MODEL = 'model.gguf', LLAMA_SERVER = 'llama-server' } = process.env;

const server = await createServer({
  port: 0,
  config: { backends: { 'llama-cpp': { command: LLAMA_SERVER } } },
});
try {
  console.log(`serving ${server.url}`);
  const client = new LlamactlClient({ baseUrl: server.url });

  const created = await client.createInstance({
    name: 'demo',
    model_path: MODEL,
    options: { threads: 1, context_size: 2048 },
  });
  console.log(`${created.name} is ${created.status}, on port ${created.port}`);

  await client.startInstance('demo');
  const { status, stats } = await client.waitForStatus('demo', 'running', { timeoutMs: 600_000 });
  console.log(`demo is ${status}`, stats);

  const [last] = await client.getInstanceLogs('demo', { lines: 1 });
  console.log(`its last log line: ${last?.message}`);

  // Whatever goes wrong has a code, and says what to do.
  await client.deleteInstance('demo').catch((error) => {
    if (!(error instanceof ApiError)) throw error;
    console.log(`${error.code}: ${error.message}`);
  });

  await client.stopInstance('demo');
  await client.waitForStatus('demo', 'stopped');
  await client.deleteInstance('demo');
} finally {
  await server.close();
}
