#!/usr/bin/env node
// Ready, then exits with FAKE_EXIT_CODE (3) upon POST /_crash, or FAKE_CRASH_AFTER_MS after being ready.
import { setting } from './shared/command-line.mjs';
import { log } from './shared/log.mjs';
import { bind } from './shared/serve.mjs';

function crash() {
  log('E', 'srv    operator(): a fault in the fake backend');
  process.exit(setting('exit-code', 3));
}

const { ready } = await bind({ routes: { 'POST /_crash': crash } });
ready();
const crashAfterMs = setting('crash-after-ms', Number.NaN);
if (crashAfterMs >= 0) setTimeout(crash, crashAfterMs);
