// Answers that a request's own body describes:
//   {"told": {"status", "headers", "parts": ["…"], "times", "partMs", "waitMs", "end", "raw": "…"}}
// All parts come `times` times; `end` is "clean", "cut", "hang", or "kill", which kills the fake itself. `raw` goes out
// as it is, in place of an answer.
// Without "told": 200 {"model": …, "bytes": …}.
import { setTimeout as delay } from 'node:timers/promises';
import { setting } from './command-line.mjs';
import { bodyOf } from './http.mjs';

const used = new WeakSet();
const cutsReused = setting('cuts-reused', 0) > 0;

/** What was got so far. */
export const seen = [];

/** Those whose answer is not out yet. */
export const working = new Set();

export async function answerAsTold(request, response) {
  const { method, url, rawHeaders } = request;
  const entry = { method, url, rawHeaders, body: '', left: false, port: request.socket.remotePort };
  seen.push(entry);
  if (cutsReused && used.has(request.socket)) return request.socket.destroy();
  used.add(request.socket);
  response.once('close', () => {
    entry.left = !response.writableFinished;
  });
  const body = await bodyOf(request);
  entry.body = body.toString('base64');
  const { told, model = null } = parse(body);
  working.add(entry);
  if (told) await doAsTold(response, told);
  else sendWhole(response, { model, bytes: body.length });
  working.delete(entry);
}

async function doAsTold(response, told) {
  const { status = 200, headers = {}, partMs = 0, waitMs = 0, end = 'clean' } = told;
  const parts = Array(told.times ?? 1)
    .fill(told.parts ?? [])
    .flat();
  if (waitMs > 0) await delay(waitMs);
  if (told.raw !== undefined) return response.socket.write(Buffer.from(told.raw, 'latin1'));
  response.writeHead(status, headers);
  for (const part of parts) {
    if (response.destroyed) return;
    if (!response.write(part)) await new Promise((resolve) => response.once('drain', resolve));
    if (partMs > 0) await delay(partMs);
  }
  if (end === 'clean') response.end();
  // Once all is out of the process.
  if (end === 'kill') response.socket.write('', () => process.kill(process.pid, 'SIGKILL'));
  if (end === 'cut') response.socket.destroySoon();
}

/** With its length, as llama-server does. */
function sendWhole(response, body) {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': length });
  response.end(text);
}

function parse(body) {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}
