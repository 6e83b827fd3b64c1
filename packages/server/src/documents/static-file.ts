import { createHash } from 'node:crypto';
import type { Middleware } from 'koa';

/** Something that is handed out as it is. */
export interface StaticFile {
  /** With its charset, if it is text. */
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is in it; called once it is asked for. */
  readonly read: () => string | Promise<Buffer>;
}

/** Answers with a file. Clients keep it, and ask each time whether it is still the same. */
export function answerWithFile(file: StaticFile): Middleware {
  // Kept from the first request on: most servers are never asked.
  let loaded: Promise<Loaded> | undefined;
  return async (ctx) => {
    loaded ??= load(file);
    const { bytes, etag } = await loaded.catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    ctx.set({ 'Cache-Control': 'no-cache', ...file.headers, ETag: etag });
    ctx.status = 200;
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    ctx.type = file.contentType;
    ctx.body = bytes;
  };
}

interface Loaded {
  readonly bytes: Buffer;
  readonly etag: string;
}

async function load({ read }: StaticFile): Promise<Loaded> {
  const content = await read();
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
  return { bytes, etag: `"${hash}"` };
}
