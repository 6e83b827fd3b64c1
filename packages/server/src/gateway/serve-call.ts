import type { Credential } from '../auth/credential.js';
import type { CredentialWatch } from '../auth/credential-watch.js';
import { securityHeaders } from '../http/middleware/security-headers.js';
import {
  type AnswerHeaders,
  type createSharing,
  isPreflight,
  preflightHeaders,
} from '../http/sharing.js';
import type { Logger } from '../log/logger.js';
import { Answer } from './answer.js';
import type { BodyReading } from './body/read-body.js';
import { wantedModel } from './body/wanted-model.js';
import type { Call } from './call.js';
import type { Checks } from './checks.js';
import { forwardCall } from './forward-call.js';
import type { Directory } from './instances/directory.js';
import type { Target } from './instances/target.js';
import { modelEntry, modelList } from './model-list.js';
import type { ExchangeTimeouts } from './wire/exchange.js';

/** What calls are served with. */
export interface ServeContext {
  readonly directory: Directory;
  readonly bodies: BodyReading;
  readonly checks: Checks;
  /** The headers that let a page of another origin read the answer; null for none. */
  readonly share: ReturnType<typeof createSharing>;
  readonly timeouts: ExchangeTimeouts;
  readonly keepAliveMs: number;
  readonly stallMs: number;
  readonly logger: Logger;
  /** Tells when a credential is ended; null for nobody's. */
  readonly watch: CredentialWatch['watch'] | null;
}

/** What is said with every answer, so that nothing of a backend's runs as a page of ours. */
const { 'Cache-Control': _, ...ownHeaders } = securityHeaders;

/** Serves a request to the gateway, whatever comes of it. */
export function serveCall(call: Call, context: ServeContext): void {
  const headers = {
    'X-Request-Id': call.id,
    // Where Anthropic's clients look for it.
    ...(call.route.dialect === 'anthropic' && { 'Request-Id': call.id }),
    ...ownHeaders,
    Vary: 'Origin',
    ...context.share(call.request.headers),
  };
  const answer = new Answer(call, headers, context.stallMs);
  serve(call, context, answer).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'LlamactlError') {
      if (!call.isOver) context.logger.error('request failed', { request_id: call.id, error });
    }
    answer.breakOff(error);
  });
}

async function serve(call: Call, context: ServeContext, answer: Answer): Promise<void> {
  const { request, route } = call;
  const { checks, directory } = context;
  checks.assertAddressed(call);
  if (isAnsweredHere(call)) {
    answer.sendEmpty(allowedMethods(call, context));
    return;
  }
  const credential = checks.identify(call);
  const unwatch = context.watch?.(credential, () => call.dismiss());
  if (unwatch) call.whenClosed(unwatch);
  if (route.kind === 'models') {
    answer.sendJson(modelList(directory.list(credential)));
    return;
  }
  if (route.kind === 'model') {
    answer.sendJson(modelEntry(directory.find(route.id, credential).instance));
    return;
  }
  call.onEnd((reason) => {
    if (reason !== null) answer.breakOff(reason);
  });
  const body = await context.bodies.read(request, (release) => call.whenClosed(release));
  if (call.isOver) return;
  const target = targetOf(call, directory, { body, credential });
  await forwardCall(call, { ...context, target, body, answer });
}

/** Whether a request asks us what may be done; what an instance has to say of that is asked under `proxy/`. */
function isAnsweredHere({ request: { method, headers }, route }: Call): boolean {
  return route.kind === 'proxy' ? isPreflight(method, headers) : method === 'OPTIONS';
}

/** What may be done, and what a page of an allowed origin may do. */
function allowedMethods({ request, route }: Call, { share }: ServeContext): AnswerHeaders {
  const { method, headers } = request;
  const allow = { Allow: [...new Set([...route.allow, 'OPTIONS'])].join(', ') };
  const isAsked = isPreflight(method, headers) && share(headers) !== null;
  return { ...allow, ...(isAsked && preflightHeaders(headers, route.allow.join(', '))) };
}

interface Asked {
  readonly body: Buffer;
  readonly credential: Credential;
}

function targetOf({ request, route }: Call, directory: Directory, asked: Asked): Target {
  const { body, credential } = asked;
  if (route.kind === 'proxy') return directory.find(route.instance, credential);
  const model = wantedModel(request, body);
  return model === null ? directory.only(credential) : directory.find(model, credential);
}
