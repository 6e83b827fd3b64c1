import type { Instance } from '@llamactl/contract';
import { findJsonValues } from '../body/find-json-value.js';
import type { Call } from '../call.js';
import { CompletionParts } from './completion-parts.js';
import { MessageParts } from './message-parts.js';
import { NativeParts } from './native-parts.js';
import type { Parts } from './parts.js';
import { ResponseParts } from './response-parts.js';

/** A request that asks for an answer in parts, and what puts them together. */
export interface Streamed {
  readonly body: Buffer;
  readonly parts: Parts;
}

/** What takes the answer's parts, by path. */
const partsBy = new Map<string, new () => Parts>([
  ['/v1/chat/completions', CompletionParts],
  ['/chat/completions', CompletionParts],
  ['/v1/completions', CompletionParts],
  ['/completion', NativeParts],
  ['/completions', NativeParts],
  ['/infill', NativeParts],
  ['/v1/messages', MessageParts],
  ['/v1/responses', ResponseParts],
  ['/responses', ResponseParts],
]);
/** What goes behind the last field; of two fields of one name a backend takes the last. */
const ending = ',"stream":true,"stream_options":{"include_usage":true}}';
/** Fields, beside `stream`, with which an answer in parts says other things than one in one piece. */
const unlike = [
  'functions',
  'return_progress',
  'timings_per_token',
  'return_tokens',
  'verbose',
  'response_fields',
  'echo',
];
/** At the end of a body, and before its last brace. */
const maxBlanks = 1_024;
/** Fields that ask for probabilities: in one piece those of a word that ends the answer are left out, in parts they are not. */
const probable = ['logprobs', 'n_probs'];
const closingBrace = 0x7d;

/**
 * The request for the same in parts; null where it is to go as it is.
 *
 * llama-server looks once a second whether a client that waits for an answer in one piece is still there, and
 * not even that while it works on others too: it would go on for minutes for nobody. A stream it ends at once.
 */
export function asStream({ route }: Call, { backend }: Instance, body: Buffer): Streamed | null {
  const PartsOfPath = route.kind === 'by-model' ? partsBy.get(route.path) : undefined;
  if (PartsOfPath === undefined || backend !== 'llama-cpp') return null;
  const end = body.lastIndexOf(closingBrace);
  if (end < 0 || !isBlank(body.subarray(end + 1)) || !endsAField(body.subarray(0, end)))
    return null;
  const found = findJsonValues(body, ['stream', 'stop', ...unlike, ...probable]);
  if (!['false', 'null'].includes(found.get('stream') ?? 'false')) return null;
  const isStopped = found.has('stop') && probable.some((field) => found.has(field));
  if (isStopped || unlike.some((field) => found.has(field))) return null;
  const streamed = Buffer.concat([body.subarray(0, end), Buffer.from(ending)]);
  return { body: streamed, parts: new PartsOfPath() };
}

function isBlank(rest: Buffer): boolean {
  return rest.length < maxBlanks && rest.toString('latin1').trim() === '';
}

/** Whether there is one that another can follow; a body without any is refused, in words that are to stay the backend's. */
function endsAField(start: Buffer): boolean {
  const end = start.toString('latin1', Math.max(0, start.length - maxBlanks)).trimEnd();
  return end !== '' && !/[{,]$/.test(end);
}
