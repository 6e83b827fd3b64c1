#!/usr/bin/env node
// Ready; POST /_work makes it work with all of a processor, without an answer to anybody meanwhile, for FAKE_DELAY_MS (1000).
import { setting } from './shared/command-line.mjs';
import { sendJson } from './shared/http.mjs';
import { bind } from './shared/serve.mjs';

const work = (_, response) => {
  const end = performance.now() + setting('delay-ms', 1000);
  while (performance.now() < end);
  sendJson(response, {});
};
const { ready } = await bind({ routes: { 'POST /_work': work } });
ready();
