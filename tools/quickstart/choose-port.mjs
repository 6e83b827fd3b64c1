import { createServer } from 'node:net';
import { UserError } from './user-error.mjs';

const usual = 8080;

/**
 * The port that was asked for, else 8080 when it is free, else any.
 * @param {string | undefined} given
 * @returns {Promise<number>}
 */
export async function choosePort(given) {
  if (given) return checkedPort(given);
  return (await listenable(usual)) ?? (await listenable(0)) ?? usual;
}

/** @param {string} given */
async function checkedPort(given) {
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UserError(`PORT=${given} is not a port: give a whole number from 1 to 65535.`);
  }
  if ((await listenable(port)) === null) {
    throw new UserError(`Port ${port} cannot be used: give another PORT, or leave it out.`);
  }
  return port;
}

/**
 * The port that a listener got, or null when it got none.
 * @param {number} port
 * @returns {Promise<number | null>}
 */
function listenable(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(port, '127.0.0.1', () => {
      const address = /** @type {import('node:net').AddressInfo} */ (probe.address());
      probe.close(() => resolve(address.port));
    });
  });
}
