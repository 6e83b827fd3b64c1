#!/usr/bin/env node
// Ready, and healthy for ever; any other question gets no answer, as when its work loop hangs.
import { sendJson } from './shared/http.mjs';
import { bind } from './shared/serve.mjs';

const own = { 'GET /health': (_, response) => sendJson(response, { status: 'ok' }) };
const silence = () => {};
const routes = new Proxy(own, { get: (_, key) => own[key] ?? silence });
const { ready } = await bind({ routes });
ready();
