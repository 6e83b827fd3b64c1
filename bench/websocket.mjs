import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createLlamactl, llamaCpp } from '@llamactl/core';
import { createServer } from '@llamactl/server';
import { monotonicMs } from './websocket-frames.mjs';

const readers = fileURLToPath(new URL('websocket-readers.mjs', import.meta.url));
const deadlineMs = 60_000;

/**
 * Milliseconds from an event in the server to its arrival at each of many sockets, which another process holds. No
 * instance runs.
 * @param {{ llamaServer: string, model: string, sockets: number, events: number, pauseMs: number }} options
 * @returns {Promise<number[]>} one for each event and socket
 */
export async function eventDelays({ llamaServer, model, sockets, events, pauseMs }) {
  const llamactl = await createLlamactl({
    backends: { 'llama-cpp': llamaCpp({ command: llamaServer }) },
  });
  /** @type {Map<number, number>} */
  const sentAtMs = new Map();
  // Before the server subscribes, so that its own work counts.
  llamactl.feed.subscribe(({ seq }) => sentAtMs.set(seq, monotonicMs()));
  const server = await createServer({
    llamactl,
    host: '127.0.0.1',
    port: 0,
    config: { rate_limit: { enabled: false } },
  });
  try {
    await llamactl.create({ name: 'bench', model_path: model });
    const child = fork(readers, [server.port, sockets, events].map(String));
    try {
      const gone = new AbortController();
      child.once('exit', (code) => gone.abort(new Error(`the readers ended with ${code}`)));
      const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(deadlineMs)]);
      await once(child, 'message', { signal });
      const reported = once(child, 'message', { signal });
      for (let threads = 1; threads <= events; threads += 1) {
        await llamactl.update('bench', { options: { threads } });
        await delay(pauseMs);
      }
      const [receipts] = await reported;
      return delaysOf(receipts, sentAtMs);
    } finally {
      child.kill();
    }
  } finally {
    await server.close({ force: true });
    await llamactl.dispose();
  }
}

/**
 * @param {readonly [seq: number, atMs: number][]} receipts
 * @param {ReadonlyMap<number, number>} sentAtMs
 */
function delaysOf(receipts, sentAtMs) {
  return receipts.map(([seq, atMs]) => atMs - (sentAtMs.get(seq) ?? Number.NaN));
}
