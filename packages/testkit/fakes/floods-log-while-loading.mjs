#!/usr/bin/env node
// Writes numbered log lines without end while it loads for FAKE_DELAY_MS (500); then it is ready
// and writes on.
import { setting } from './shared/command-line.mjs';
import { flood } from './shared/flood.mjs';
import { bind } from './shared/serve.mjs';

const { ready } = await bind();
flood();
setTimeout(ready, setting('delay-ms', 500));
