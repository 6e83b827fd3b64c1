#!/usr/bin/env node
// Ready; SIGTERM and SIGINT do nothing but a log line.
import { log } from './shared/log.mjs';
import { bind } from './shared/serve.mjs';

const { ready } = await bind({ onTerminate: (signal) => log('W', `fake: ignoring ${signal}`) });
ready();
