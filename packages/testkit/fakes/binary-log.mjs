#!/usr/bin/env node
// Writes random bytes, escape sequences, NUL and broken UTF-8 to its log; then it is ready.
import { randomBytes } from 'node:crypto';
import { log, writeRaw } from './shared/log.mjs';
import { bind } from './shared/serve.mjs';

const { ready } = await bind();
writeRaw(randomBytes(65_536));
writeRaw('\n\u001b[31m0.00.001.000 E \u001b[0m\u001b[1mred and bold\u001b[0m\n');
writeRaw('a carriage\rreturn, a \0 byte, a bell \u0007\r\n');
writeRaw(Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0xe2, 0x82, 0x0a])); // broken UTF-8
log('I', 'valid again: é ✓ 漢 🦙');
ready();
