#!/usr/bin/env node
// Answers each request as its own body says (see shared/told.mjs), and tells at GET /_seen what it got. Ready after
// FAKE_DELAY_MS (0), with FAKE_SLOTS (4). With 1: FAKE_CUTS_REUSED, a connection takes one request; FAKE_LOADS_MODEL, it
// keeps the file of its model in memory; FAKE_TELLS_SLOTS, GET /slots tells of requests, also of those that were left.
import { readFileSync } from 'node:fs';
import { model, setting } from './shared/command-line.mjs';
import { sendJson } from './shared/http.mjs';
import { bind } from './shared/serve.mjs';
import { answerAsTold, seen, working } from './shared/told.mjs';

const own = {
  'GET /_seen': (_, response) => sendJson(response, seen),
  'GET /props': (_, response) => sendJson(response, { total_slots: setting('slots', 4) }),
  ...(setting('tells-slots', 0) === 1 && { 'GET /slots': tellSlots }),
  'GET /health': undefined,
  'GET /metrics': undefined,
};
const routes = new Proxy(own, { get: (_, key) => (key in own ? own[key] : answerAsTold) });
const { ready } = await bind({ routes });
if (setting('loads-model', 0) === 1) globalThis.weights = readFileSync(model);
setTimeout(ready, setting('delay-ms', 0));

function tellSlots(_, response) {
  const slots = Array.from({ length: setting('slots', 4) }, (_, at) => at);
  sendJson(
    response,
    slots.map((id) => ({ id, is_processing: id < working.size })),
  );
}
