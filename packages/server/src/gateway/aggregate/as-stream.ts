import type { Instance } from '@llamactl/contract';
import { findJsonValues } from '../body/find-json-value.js';
import type { Call } from '../call.js';

const paths = new Set(['/v1/chat/completions', '/v1/completions', '/chat/completions']);
/** What goes behind the last field; of two fields of one name a backend takes the last. */
const ending = ',"stream":true,"stream_options":{"include_usage":true}}';
/** Fields, beside `stream`, with which an answer in parts says other things than one in one piece. */
const unlike = [
  'functions',
  'return_progress',
  'timings_per_token',
  'return_tokens',
  'verbose',
  'echo',
];
/** At the end of a body, and before its last brace. */
const maxBlanks = 1_024;
const closingBrace = 0x7d;

/**
 * The body that asks for the same in parts; null where the request is to go as it is.
 *
 * llama-server looks once a second whether a client that waits for an answer in one piece is still there, and
 * not even that while it works on others too: it would go on for minutes for nobody. A stream it ends at once.
 */
export function asStream({ route }: Call, { backend }: Instance, body: Buffer): Buffer | null {
  if (route.kind !== 'by-model' || !paths.has(route.path) || backend !== 'llama-cpp') return null;
  const end = body.lastIndexOf(closingBrace);
  if (end < 0 || !isBlank(body.subarray(end + 1)) || !endsAField(body.subarray(0, end)))
    return null;
  const found = findJsonValues(body, ['stream', ...unlike]);
  if (!['false', 'null'].includes(found.get('stream') ?? 'false')) return null;
  if (unlike.some((field) => found.has(field))) return null;
  return Buffer.concat([body.subarray(0, end), Buffer.from(ending)]);
}

function isBlank(rest: Buffer): boolean {
  return rest.length < maxBlanks && rest.toString('latin1').trim() === '';
}

/** Whether there is one that another can follow; a body without any is refused, in words that are to stay the backend's. */
function endsAField(start: Buffer): boolean {
  const end = start.toString('latin1', Math.max(0, start.length - maxBlanks)).trimEnd();
  return end !== '' && !/[{,]$/.test(end);
}
