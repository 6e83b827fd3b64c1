#!/usr/bin/env node
// Once ready, the process that was started exits with 0; a child in its own session keeps the port.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { args, host, port } from './shared/command-line.mjs';

const program = fileURLToPath(new URL('ready.mjs', import.meta.url));
const child = spawn(process.execPath, [program, ...args], { detached: true, stdio: 'inherit' });
child.on('exit', (code) => process.exit(code ?? 1));

async function isHealthy() {
  const answer = await fetch(`http://${host}:${port}/health`).catch(() => undefined);
  return answer?.ok === true;
}

while (!(await isHealthy())) await new Promise((resolve) => setTimeout(resolve, 10));
process.exit(0);
