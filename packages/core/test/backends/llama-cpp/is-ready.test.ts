import { expect, test } from 'vitest';
import { isReady } from '../../../src/backends/llama-cpp/is-ready.js';

test.each([
  ['srv  llama_server: listening on http://127.0.0.1:8081', true],
  ['srv  llama_server: listening on https://127.0.0.1:8081', true],
  ['srv  llama_server: listening on http://[::1]:8081', true],
  ['main: server is listening on http://127.0.0.1:8081 - starting the main loop', true],
  ['srv  llama_server: listening on http://127.0.0.1:80812', false],
  ['srv  llama_server: listening on http://127.0.0.1:18081', false],
  ['srv  llama_server: listening on http://127.0.0.1:808', false],
  ['srv  llama_server: listening on unix:///tmp/8081', false],
  ["srv    load_model: loading model '/m/listening on http://127.0.0.1:8081'", false],
  ["srv    load_model: loading model '/m/srv  llama_server: listening on http://x:8081 '", false],
  ['main: HTTP server is listening, hostname: 127.0.0.1, port: 8081, http threads: 3', false],
  ['something\nsrv  llama_server: listening on http://127.0.0.1:8081', false],
  ['', false],
])('%j on port 8081: %s', (message, ready) => {
  expect(isReady(message, 8081)).toBe(ready);
});
