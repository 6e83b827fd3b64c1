import type { Readable } from 'node:stream';
import type { Context } from 'koa';
import { type Credential, nobody } from '../auth/credential.js';
import { callerKey } from '../rate-limit/caller-key.js';

/** What handlers may know of who asks, beside the request itself. */
export interface Caller {
  readonly address: string;
  readonly credential: Credential;
  /** What limits are counted by: the credential or the address. */
  readonly countedAs: string;
  /** What a client of server-sent events says it has got last; empty when it says nothing. */
  readonly lastEventId: string;
  /** Which of the media types it likes best; false for none of them. */
  prefers(types: readonly string[]): string | false;
}

/** An answer that goes on until one side leaves. */
export class StreamAnswer {
  constructor(
    readonly contentType: string,
    /** Makes the stream; not called when only the headers are asked for. */
    readonly open: () => Readable,
    /** Headers beside those that every stream has. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** Who asks. */
export function callerOf(ctx: Context): Caller {
  return {
    address: ctx.state.address,
    countedAs: callerKey(ctx.state.credential, ctx.state.address),
    credential: ctx.state.credential ?? nobody,
    lastEventId: ctx.get('last-event-id'),
    prefers: (types) => ctx.accepts([...types]),
  };
}

/** Answers with a stream; its headers go out at once, as the first bytes may take their time. */
export function answerWithStream(ctx: Context, answer: StreamAnswer): void {
  const { contentType, open, headers } = answer;
  const stream = ctx.method === 'HEAD' ? undefined : open();
  ctx.status = 200;
  ctx.set({
    'Content-Type': contentType,
    // Proxies such as nginx hold streams back otherwise.
    'X-Accel-Buffering': 'no',
    ...headers,
  });
  ctx.vary('Accept');
  if (stream === undefined) return;
  ctx.body = stream;
  ctx.flushHeaders();
}
