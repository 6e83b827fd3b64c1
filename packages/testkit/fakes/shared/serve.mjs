// The life of a well-behaved fake: bind, answer 503 while loading, then be ready until SIGTERM.
import { createServer } from 'node:http';
import { host, model, port, setting } from './command-line.mjs';
import { sendError } from './http.mjs';
import { log } from './log.mjs';
import { answer } from './routes.mjs';

/**
 * Binds the port and answers 503 everywhere until `ready()` is called on the result. `routes` adds
 * handlers, such as `{'POST /_crash': (request, response) => …}`.
 */
export async function bind({ routes = {}, onTerminate = exitCleanly } = {}) {
  process.on('SIGTERM', onTerminate);
  process.on('SIGINT', onTerminate);
  // A fake that a broken test left behind does not stay for ever.
  setTimeout(() => process.exit(86), setting('lifetime-ms', 30 * 60_000)).unref();

  let loaded = false;
  const server = createServer((request, response) => {
    if (loaded) answer(request, response, routes);
    else sendError(response, 503, 'Loading model', 'unavailable_error');
  });
  log('I', 'srv  llama_server: initializing ...');
  server.on('error', exitUnbound);
  await new Promise((resolve) => server.listen(port, host, resolve));
  log('I', `srv    load_model: loading model '${model}'`);

  const ready = () => {
    loaded = true;
    log('I', 'srv  llama_server: model loaded');
    log('I', `srv  llama_server: listening on http://${host}:${server.address().port}`);
  };
  return { ready, server };
}

function exitCleanly() {
  log('I', 'srv    operator(): operator(): cleaning up before exit...');
  process.exit(0);
}

function exitUnbound() {
  log('E', `srv         start: couldn't bind HTTP server socket, hostname: ${host}, port: ${port}`);
  log('I', 'srv    operator(): operator(): cleaning up before exit...');
  log('E', 'srv  llama_server: exiting due to HTTP server error');
  process.exit(1);
}
