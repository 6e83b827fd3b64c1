#!/usr/bin/env node
// Ready, then writes numbered log lines without end (see shared/flood.mjs for limits).
import { flood } from './shared/flood.mjs';
import { bind } from './shared/serve.mjs';

const { ready } = await bind();
ready();
flood();
