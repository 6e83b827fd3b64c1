import type { Context } from 'koa';

/**
 * Answers with a value as JSON. Koa would take the value itself as well, but looks first whether it is a `Response`,
 * which makes Node load its whole fetch, for good.
 */
export function answerWithJson(ctx: Context, value: unknown): void {
  ctx.type = 'json';
  ctx.body = JSON.stringify(value);
}
