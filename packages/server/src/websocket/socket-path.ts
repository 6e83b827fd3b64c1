import type { IncomingMessage } from 'node:http';

/** Path of the WebSocket under the base path. */
const path = '/api/ws';

/** Whether a request asks for the WebSocket of a server under `basePath`. */
export function asksForSocket({ method, headers, url = '' }: IncomingMessage, basePath: string) {
  const isHandshake = method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
  return isHandshake && url.split('?', 1)[0] === basePath + path;
}
