import { ConnectionError } from '../errors/connection-error.js';

/**
 * Time without a byte after which a connection that is held open counts as dead, in milliseconds. The server
 * gives a sign of life every 15 s.
 */
export const defaultSilenceMs = 45_000;

/** The error of a connection on which nothing comes any more. */
export function silenceFailure(url: string, silenceMs: number): ConnectionError {
  return new ConnectionError(`Nothing came from ${url} for ${silenceMs / 1000} s.`, {
    details: 'The connection is dead; look at the network.',
    url,
    systemCode: null,
  });
}
