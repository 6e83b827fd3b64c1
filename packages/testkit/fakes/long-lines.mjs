#!/usr/bin/env node
// Ready; then a log line of 10 MB, then normal ones.
import { log } from './shared/log.mjs';
import { bind } from './shared/serve.mjs';

const { ready } = await bind();
ready();
log('I', 'x'.repeat(10_000_000));
log('I', 'first line after the long one');
log('W', 'second line after the long one');
