import { securityHeaders } from '../http/middleware/security-headers.js';
import type { Logger } from '../log/logger.js';
import { isVisibleTo } from './access.js';
import { Answer } from './answer.js';
import type { BodyReading } from './body/read-body.js';
import { wantedModel } from './body/wanted-model.js';
import type { Call } from './call.js';
import type { Checks } from './checks.js';
import { preflightHeaders } from './cors.js';
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
  readonly share: (request: Call['request']) => Readonly<Record<string, string>> | null;
  readonly timeouts: ExchangeTimeouts;
  readonly keepAliveMs: number;
  readonly logger: Logger;
}

/** What is said with every answer, so that nothing of a backend's runs as a page of ours. */
const ownHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': securityHeaders['Content-Security-Policy'] ?? '',
};

/** Serves a request to the gateway, whatever comes of it. */
export function serveCall(call: Call, context: ServeContext): void {
  const shared = context.share(call.request);
  const headers = { 'X-Request-Id': call.id, ...ownHeaders, Vary: 'Origin', ...shared };
  const answer = new Answer(call, headers);
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
  if (request.method === 'OPTIONS') {
    const isShared = context.share(request) !== null;
    const allow = { Allow: [...route.allow, 'OPTIONS'].join(', ') };
    answer.sendEmpty({ ...allow, ...(isShared && preflightHeaders(request)) });
    return;
  }
  const isVisible = isVisibleTo(checks.identify(call));
  if (route.kind === 'models') {
    answer.sendJson(modelList(directory.list().filter(isVisible)));
    return;
  }
  if (route.kind === 'model') {
    answer.sendJson(modelEntry(directory.find(route.id, isVisible).instance));
    return;
  }
  const body = await context.bodies.read(request, (release) => call.whenClosed(release));
  const target = targetOf(call, directory, { body, isVisible });
  await forwardCall(call, { ...context, target, body, answer });
}

interface Named {
  readonly body: Buffer;
  readonly isVisible: Parameters<Directory['only']>[0];
}

function targetOf({ request, route }: Call, directory: Directory, named: Named): Target {
  if (route.kind === 'proxy') return directory.find(route.instance, named.isVisible);
  const model = wantedModel(request, named.body);
  return model === null ? directory.only(named.isVisible) : directory.find(model, named.isVisible);
}
