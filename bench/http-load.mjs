import { Agent, request } from 'node:http';
import { percentile } from './spread.mjs';

/**
 * What is asked for, and where.
 * @typedef {object} Shot
 * @property {number} port
 * @property {string} method
 * @property {string} path
 * @property {string} [body]
 * @property {boolean} [fresh] a connection for each request
 */

/**
 * Asks again and again over a number of connections.
 * @param {Shot} shot
 * @param {{ requests: number, connections: number }} amount
 * @returns {Promise<{ p50: number, p99: number, failed: number }>} times in milliseconds
 */
export async function load(shot, { requests, connections }) {
  const agent = shot.fresh ? false : new Agent({ keepAlive: true, maxSockets: connections });
  /** @type {number[]} */
  const times = [];
  let left = requests;
  let failed = 0;
  const worker = async () => {
    while (left-- > 0) {
      const began = performance.now();
      if (await ask(shot, agent)) times.push(performance.now() - began);
      else failed++;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  if (agent) agent.destroy();
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), failed };
}

/**
 * @param {Shot} shot
 * @param {Agent | false} agent
 * @returns {Promise<boolean>} whether the whole answer came
 */
function ask({ port, method, path, body = '' }, agent) {
  return new Promise((resolve) => {
    const headers = body === '' ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const sent = request({ port, method, path, headers, agent, host: '127.0.0.1' }, (answer) => {
      answer.on('error', () => resolve(false));
      answer.on('end', () => resolve(answer.statusCode === 200));
      answer.on('aborted', () => resolve(false));
      answer.resume();
    });
    sent.on('error', () => resolve(false));
    sent.end(body);
  });
}
