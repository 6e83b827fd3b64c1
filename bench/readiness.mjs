import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createLlamactl, llamaCpp } from '@llamactl/core';
import { freePort } from '@llamactl/testkit';

/**
 * Milliseconds from the start of an instance to its status `running`.
 * @param {{ llamaServer: string, model: string, rounds: number }} options
 * @returns {Promise<number[]>}
 */
export async function timesToRunning({ llamaServer, model, rounds }) {
  const llamactl = await createLlamactl({
    backends: { 'llama-cpp': llamaCpp({ command: llamaServer }) },
  });
  try {
    await llamactl.create({ name: 'bench', model_path: model, options: { threads: 1 } });
    const times = [];
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      await llamactl.start('bench');
      await llamactl.waitForStatus('bench', 'running');
      times.push(performance.now() - began);
      await llamactl.stop('bench');
      await llamactl.waitForStatus('bench', 'stopped');
    }
    return times;
  } finally {
    await llamactl.dispose();
  }
}

/**
 * Milliseconds from the spawn of a plain llama-server to the first 200 of its /health, asked every millisecond.
 * @param {{ llamaServer: string, model: string, rounds: number }} options
 * @returns {Promise<number[]>}
 */
export async function timesToHealthy({ llamaServer, model, rounds }) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const port = await freePort();
    const args = ['--model', model, '--port', String(port), '--threads', '1'];
    const began = performance.now();
    const child = spawn(llamaServer, args, { stdio: 'ignore' });
    const ended = once(child, 'exit');
    try {
      await healthy(port);
      times.push(performance.now() - began);
    } finally {
      // After a SIGTERM it would wait for the connection that fetch keeps.
      child.kill('SIGKILL');
      await ended;
    }
  }
  return times;
}

/** @param {number} port */
async function healthy(port) {
  const deadline = AbortSignal.timeout(60_000);
  for (;;) {
    deadline.throwIfAborted();
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await delay(1);
  }
}
