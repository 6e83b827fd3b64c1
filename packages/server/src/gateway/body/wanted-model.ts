import type { IncomingMessage } from 'node:http';
import { findFormValue } from './find-form-value.js';
import { findJsonValue } from './find-json-value.js';

/** The model that a request names, in its body or its query; null when it names none. */
export function wantedModel(request: IncomingMessage, body: Buffer): string | null {
  return modelInBody(request, body) ?? modelInQuery(request.url ?? '');
}

/** Whether a request asks for an answer in parts. */
export function wantsStream(body: Buffer): boolean {
  return findJsonValue(body, 'stream') === 'true';
}

function modelInBody({ headers }: IncomingMessage, body: Buffer): string | null {
  if (body.length === 0) return null;
  const type = headers['content-type'] ?? '';
  if (/^multipart\/form-data/i.test(type)) return findFormValue(body, type, 'model');
  const value = findJsonValue(body, 'model');
  return value?.startsWith('"') ? textOf(value) : null;
}

function modelInQuery(url: string): string | null {
  const at = url.indexOf('?');
  return at < 0 ? null : new URLSearchParams(url.slice(at + 1)).get('model');
}

function textOf(json: string): string | null {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
