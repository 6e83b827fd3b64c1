import { type Agent, request } from 'node:http';
import type { FuzzRequest } from './fuzz-request.js';
import type { Answer } from './judge-answer.js';

/** Longest time for an answer. */
const timeoutMs = 20_000;
/** Of a stream only the beginning is read: what comes within this time. */
const streamMs = 50;

/** Sends a request as it is: unlike fetch, node:http neither corrects paths nor leaves headers out. */
export function sendRequest(
  port: number,
  agent: Agent,
  { method, target, headers, body }: Pick<FuzzRequest, 'method' | 'target' | 'headers' | 'body'>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method,
        path: target,
        headers: { ...length, ...headers },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        let text = '';
        const end = () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', end);
        response.once('error', reject);
        if (!isStream(response.headers['content-type'])) return;
        setTimeout(() => {
          end();
          sent.destroy();
        }, streamMs);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

function isStream(contentType: string | undefined): boolean {
  return /^(text\/event-stream|application\/x-ndjson)/.test(contentType ?? '');
}
