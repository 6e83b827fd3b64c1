#!/usr/bin/env node
// Loads for FAKE_DELAY_MS (300), answering 503, then is healthy.
import { setting } from './shared/command-line.mjs';
import { bind } from './shared/serve.mjs';

const { ready } = await bind();
setTimeout(ready, setting('delay-ms', 300));
