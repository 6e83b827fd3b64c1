#!/usr/bin/env node
// Says that it listens on its port, but listens on nothing.
import { host, port, setting } from './shared/command-line.mjs';
import { log } from './shared/log.mjs';

process.on('SIGTERM', () => process.exit(0));
log('I', 'srv  llama_server: initializing ...');
log('I', 'srv  llama_server: model loaded');
log('I', `srv  llama_server: listening on http://${host}:${port}`);
setTimeout(() => process.exit(86), setting('lifetime-ms', 30 * 60_000));
