#!/usr/bin/env node
// Writes a log line of each level, and one without a prefix; then it is ready.
import { log, writeRaw } from './shared/log.mjs';
import { bind } from './shared/serve.mjs';

const { ready } = await bind();
log('D', 'fake: a debug line');
log('I', 'fake: an info line');
log('W', 'fake: a warning line');
log('E', 'fake: an error line');
writeRaw('a line without a prefix\n');
ready();
