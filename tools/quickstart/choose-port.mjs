import { createServer } from 'node:net';
import { UserError } from './user-error.mjs';

const usual = 8080;

/**
 * The port that was asked for, else 8080 when it is free, else any.
 * @param {string | undefined} given
 * @returns {Promise<number>}
 */
export async function choosePort(given) {
  if (!given) return (await listen(usual)) ?? (await listen(0)) ?? usual;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UserError(`PORT=${given} is not a port: give a whole number from 1 to 65535.`);
  }
  if ((await listen(port)) === null) {
    throw new UserError(`Port ${port} cannot be used: give another PORT, or leave it out.`);
  }
  return port;
}

/**
 * Listens for a moment on both addresses of localhost.
 * @param {number} wanted
 * @returns {Promise<number | null>} the port, or null when it is taken on one of them
 */
async function listen(wanted) {
  const port = await listenOn('127.0.0.1', wanted);
  return typeof port === 'number' && (await listenOn('::1', port)) !== 'taken' ? port : null;
}

/**
 * @param {string} host
 * @param {number} wanted
 * @returns {Promise<number | 'taken' | 'no such address'>}
 */
function listenOn(host, wanted) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ { code }) => {
      const missing = code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
      resolve(missing ? 'no such address' : 'taken');
    });
    probe.listen({ host, port: wanted, ipv6Only: host === '::1' }, () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}
