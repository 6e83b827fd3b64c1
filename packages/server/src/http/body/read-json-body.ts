import { LlamactlError } from '@llamactl/contract';
import type { Context, Middleware } from 'koa';
import { koaBody } from 'koa-body';
import { findUnsafeJson } from './find-unsafe-json.js';

/** Largest body of a request, in bytes. */
export const maxBodyBytes = 1_048_576;

/**
 * Bytes come through koa-body one to one (`binary`), so that bad UTF-8 can still be told from a
 * replacement character; its own JSON reader would have decoded them.
 */
const readBytes = koaBody({
  json: false,
  urlencoded: false,
  textTypes: ['application/json'],
  textLimit: maxBodyBytes,
  encoding: 'binary',
});

/**
 * Reads the JSON body of a request into `ctx.state.body`; `undefined` when there is none.
 *
 * @throws LlamactlError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, INVALID_REQUEST, VALIDATION_FAILED
 */
export const readJsonBody: Middleware = async (ctx, next) => {
  if (hasBody(ctx)) {
    checkHeaders(ctx);
    await readBytes(ctx, async () => {}).catch((error: unknown) => {
      throw readError(error);
    });
    ctx.state.body = parseBody(String(ctx.request.body ?? ''));
  }
  return next();
};

function hasBody(ctx: Context): boolean {
  const { headers } = ctx.req;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function checkHeaders(ctx: Context): void {
  const encoding = ctx.get('content-encoding').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    throw unsupported('The body is compressed.', 'Send it without Content-Encoding.');
  }
  const charset = ctx.request.charset.toLowerCase();
  if (!ctx.is('application/json') || (charset !== '' && charset !== 'utf-8')) {
    const advice = 'Send JSON with the header Content-Type: application/json.';
    throw unsupported('The body is not declared as JSON.', advice);
  }
}

function unsupported(message: string, details: string): LlamactlError {
  return new LlamactlError('UNSUPPORTED_MEDIA_TYPE', message, { details });
}

function readError(cause: unknown): unknown {
  const status = (cause as { status?: unknown } | null)?.status;
  if (status === 413) {
    return new LlamactlError('PAYLOAD_TOO_LARGE', 'The body is too large.', {
      details: `Send at most ${maxBodyBytes} bytes.`,
      cause,
    });
  }
  if (status === 400) return unreadable('The body ended early.', 'Send the whole body.', cause);
  return cause;
}

function parseBody(binary: string): unknown {
  if (binary === '') return undefined;
  const text = decode(Buffer.from(binary, 'latin1'));
  const value = parse(text);
  const finding = findUnsafeJson(text);
  if (finding === null) return value;
  const where = finding.path === '' ? 'The body' : finding.path;
  throw new LlamactlError(finding.code, `${where} ${finding.message}.`, {
    details: 'Correct the body and send it again.',
    issues: [{ path: finding.path, message: finding.message }],
  });
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw unreadable('The body is not valid UTF-8.', 'Send JSON as UTF-8.', cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const advice = 'Send one JSON object, as UTF-8 without byte order mark.';
    throw unreadable('The body is not valid JSON.', advice, cause);
  }
}

function unreadable(message: string, details: string, cause: unknown): LlamactlError {
  return new LlamactlError('INVALID_REQUEST', message, { details, cause });
}
