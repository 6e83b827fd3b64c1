#!/usr/bin/env node
// Listens, and answers 503 for ever.
import { bind } from './shared/serve.mjs';

await bind();
