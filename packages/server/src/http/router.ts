import Router from '@koa/router';
import { LlamactlError, type Operation, type OperationId, operations } from '@llamactl/contract';
import type { Middleware } from 'koa';
import { answerWithJson } from './answer-with-json.js';
import { readJsonBody } from './body/read-json-body.js';
import type { Handlers, OperationRequest } from './handlers.js';
import { answerWithStream, callerOf, StreamAnswer } from './stream-answer.js';
import { validateRequest } from './validation/validate-request.js';
import type { Validators } from './validation/validators.js';

/** What a router is made of. */
export interface RouterOptions {
  readonly handlers: Handlers;
  readonly validators: Validators;
  /** Empty, or a path without final slash. */
  readonly basePath: string;
  /** What a request of an operation goes through before its body is read. */
  readonly guardsOf: (operation: Operation) => readonly Middleware[];
}

/** A router with every operation of the contract. */
export function createRouter(options: RouterOptions): Router {
  const { handlers, validators, basePath, guardsOf } = options;
  const router = new Router({ sensitive: true, strict: true });
  const mount = <Id extends OperationId>(id: Id) => {
    const operation: Operation = operations[id];
    const path = basePath + operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const answer: Middleware = async (ctx) => {
      const raw = {
        params: ctx.params,
        search: new URLSearchParams(ctx.querystring),
        body: ctx.state.body,
      };
      const checked = validateRequest(validators, id, raw, operation.bodyOptional ?? false);
      // The validators are made from the schemas that the type is inferred from.
      const body = await handlers[id](checked as OperationRequest<Id>, callerOf(ctx));
      if (body instanceof StreamAnswer) {
        answerWithStream(ctx, body);
        return;
      }
      ctx.status = operation.status;
      answerWithJson(ctx, body);
    };
    const body = operation.body ? [readJsonBody] : [];
    const steps = [...guardsOf(operation), ...body, answer];
    router.register(path, [operation.method], steps, { name: id });
  };
  for (const id of Object.keys(operations)) mount(id as OperationId);
  return router;
}

/** Answers what no operation took: 405 with Allow, 204 to OPTIONS, else 404. */
export function answerUnrouted(router: Router): Middleware {
  return (ctx) => {
    const { path: layers } = router.match(ctx.path, ctx.method);
    const allowed = [...new Set(layers.flatMap((layer) => layer.methods))].sort();
    if (allowed.length === 0) {
      throw new LlamactlError('NOT_FOUND', `There is no route ${ctx.path.slice(0, 200)}.`, {
        details: 'The paths of the API begin with /api; /api/ws is for WebSockets alone.',
      });
    }
    const allow = [...allowed, 'OPTIONS'].join(', ');
    ctx.set('Allow', allow);
    if (ctx.method === 'OPTIONS') {
      ctx.status = 204;
      return;
    }
    throw new LlamactlError('METHOD_NOT_ALLOWED', `${ctx.method} is not for ${ctx.path}.`, {
      details: `Use one of: ${allow}.`,
    });
  };
}
