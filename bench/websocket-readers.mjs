// The other process of the WebSocket measurement: opens sockets, and reports when each event reached each of them.
import { setTimeout as delay } from 'node:timers/promises';
import { openFrames } from './websocket-frames.mjs';

const [port = 0, sockets = 0, events = 0] = process.argv.slice(2).map(Number);
/** The server lets 200 in per second. */
const retryMs = 50;
const path = '/api/ws?types=instance_updated';

/** @type {[seq: number, atMs: number][]} */
const receipts = [];

for (let opened = 0; opened < sockets; ) {
  const status = await openFrames({ port, path }, take);
  if (status === 101) opened += 1;
  else if (status === 503) await delay(retryMs);
  else throw new Error(`the server answered ${status}`);
}
process.send?.('ready');

/**
 * @param {string} text
 * @param {number} atMs
 */
function take(text, atMs) {
  if (!text.startsWith('{"type":"instance_updated"')) return;
  const seq = Number(/"seq":(\d+)/.exec(text)?.[1]);
  receipts.push([seq, atMs]);
  if (receipts.length === sockets * events) {
    process.send?.(receipts, () => process.exit());
  }
}
