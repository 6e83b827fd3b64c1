import { keepPlace } from './abandoned/kept-places.js';
import { Aggregation } from './aggregate/aggregation.js';
import { asStream } from './aggregate/as-stream.js';
import type { Answer, Outlet } from './answer.js';
import { TranslatedErrors } from './anthropic/translated-errors.js';
import { wantsStream } from './body/wanted-model.js';
import type { Call } from './call.js';
import { Measured } from './figures/measured.js';
import { forwardedHead } from './forwarded-headers.js';
import type { Weight } from './instances/lanes.js';
import type { Lease, Target } from './instances/target.js';
import { Exchange, type ExchangeHandler, type ExchangeTimeouts } from './wire/exchange.js';

/** Where a call goes, and what with. */
export interface Forwarding {
  readonly target: Target;
  readonly body: Buffer;
  readonly answer: Answer;
  readonly timeouts: ExchangeTimeouts;
  /** Interval of the comments that keep a stream alive while it waits, in milliseconds. */
  readonly keepAliveMs: number;
}

/**
 * Waits for a place at the instance, sends the request there and lets the answer go its way.
 * @throws LlamactlError when there is no place
 */
export async function forwardCall(call: Call, forwarding: Forwarding): Promise<void> {
  const { target, answer, timeouts } = forwarding;
  call.instance = target.instance.name;
  call.state = 'waiting';
  const lease = await enter(call, forwarding);
  if (call.isOver) {
    lease.release();
    return;
  }
  call.state = 'running';
  const { method = 'GET' } = call.request;
  const streamed = asStream(call, target.instance, forwarding.body);
  const body = streamed?.body ?? forwarding.body;
  const head = forwardedHead({
    method,
    target: targetPath(call),
    host: lease.pool.authority,
    key: lease.pool.key,
    rawHeaders: call.request.rawHeaders,
    bodyLength: body.length,
    requestId: call.id,
  });
  const outlet = outletOf(call, answer);
  const taking = streamed === null ? outlet : new Aggregation(outlet, streamed.parts);
  const handler = measured(call, taking);
  const exchange = new Exchange(lease.pool, { method, head, body }, handler, timeouts);
  answer.from(exchange, (isLeft) => {
    // llama-server ends a stream that has begun at once, and has done the work on what it answers in one piece.
    const mayGoOn = isLeft && !exchange.hasBegun && weightOf(call) === 'heavy';
    if (mayGoOn && target.instance.backend === 'llama-cpp') keepPlace(lease, target);
    else lease.release();
  });
}

async function enter(call: Call, forwarding: Forwarding): Promise<Lease> {
  const place = forwarding.target.enter(weightOf(call), (leave) => {
    call.onEnd((reason) => leave(reason ?? new Error('the client left')));
  });
  if (!(place instanceof Promise)) return place;
  const timer = setInterval(() => {
    if (wantsStream(forwarding.body)) forwarding.answer.keepAlive();
    else clearInterval(timer);
  }, forwarding.keepAliveMs);
  return place.finally(() => clearInterval(timer));
}

/** Those that change nothing (RFC 9110, 9.2.1). */
const safeMethods = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

function weightOf({ request: { method = '' } }: Call): Weight {
  return safeMethods.includes(method) ? 'light' : 'heavy';
}

/** Where the answer goes, errors in it as its client understands them. */
function outletOf({ route, id }: Call, answer: Answer): Outlet {
  return route.dialect === 'anthropic' ? new TranslatedErrors(answer, id) : answer;
}

/** Notes with a call how long its answer took, and what it says about itself. */
function measured(call: Call, handler: ExchangeHandler): ExchangeHandler {
  if (call.request.method !== 'POST') return handler;
  return new Measured(handler, {
    onFirstPart: () => {
      call.firstTokenMs = Math.round(call.elapsedMs * 10) / 10;
    },
    onTokens: (figures) => {
      call.tokens = figures;
    },
  });
}

/** Path and query on the backend. */
function targetPath({ route, request: { url = '' }, path }: Call): string {
  const onBackend = 'path' in route ? route.path : path;
  return onBackend + url.slice(path.length);
}
