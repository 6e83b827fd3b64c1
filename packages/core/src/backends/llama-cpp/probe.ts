import { get } from 'node:http';
import type { ProbeResult } from '../backend.js';

/**
 * Asks GET /health on a connection of its own. Never rejects.
 * @param signal - Ends the question; the result is then `timeout`.
 */
export function probe(host: string, port: number, signal: AbortSignal): Promise<ProbeResult> {
  if (signal.aborted) return Promise.resolve('timeout');
  return new Promise((resolve) => {
    const request = get({ host, port, path: '/health', agent: false, signal }, (response) => {
      resolve(resultOf(response.statusCode));
      // The status is all that counts. An answer of any length ends with its connection.
      response.destroy();
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) resolve('timeout');
      else resolve(nobodyThere.has(error.code ?? '') ? 'none' : 'error');
    });
  });
}

const nobodyThere = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);

function resultOf(status: number | undefined): ProbeResult {
  if (status === 200) return 'ok';
  return status === 503 ? 'loading' : 'error';
}
