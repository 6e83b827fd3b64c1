import { get, type IncomingMessage } from 'node:http';
import type { ServerAddress, WorkReport } from '../backend.js';

/** Far more than the figures of a server are. */
const maxBytes = 1024 * 1024;

/**
 * Asks GET /metrics on a connection of its own: the answer comes from the loop that does the work, not from
 * the thread that took the question, as that to /health does. Never rejects.
 * @param signal - Ends the question; the result is then `timeout`.
 */
export function askForWork(
  { host, port, key }: ServerAddress,
  signal: AbortSignal,
): Promise<WorkReport | 'unknown' | 'timeout'> {
  if (signal.aborted) return Promise.resolve('timeout');
  const headers = key === null ? {} : { Authorization: `Bearer ${key}` };
  return new Promise((resolve) => {
    const fail = () => resolve(signal.aborted ? 'timeout' : 'unknown');
    const options = { host, port, path: '/metrics', agent: false, headers, signal };
    get(options, (response) => {
      textOf(response).then((text) => resolve(reportOf(text)), fail);
    }).on('error', fail);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes || response.statusCode !== 200) break;
  }
  response.destroy();
  return response.statusCode === 200 ? Buffer.concat(chunks).toString() : '';
}

/** Counters that move while a request is worked on; those of finished requests may stand still for minutes. */
const moving = ['n_decode_total', 'prompt_tokens_total', 'tokens_predicted_total'];

function reportOf(text: string): WorkReport | 'unknown' {
  const figures = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/^llamacpp:(\w+) (\S+)$/gm)) {
    figures.set(name, value);
  }
  const processing = Number(figures.get('requests_processing') ?? Number.NaN);
  if (Number.isNaN(processing)) return 'unknown';
  return {
    isBusy: processing > 0 || Number(figures.get('requests_deferred') ?? 0) > 0,
    progress: moving.map((name) => figures.get(name) ?? '').join(' '),
  };
}
