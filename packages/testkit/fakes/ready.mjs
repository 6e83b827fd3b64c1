#!/usr/bin/env node
// Healthy at once.
import { bind } from './shared/serve.mjs';

const { ready } = await bind();
ready();
