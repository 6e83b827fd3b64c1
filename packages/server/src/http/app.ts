import type { RequestListener } from 'node:http';
import { LlamactlError } from '@llamactl/contract';
import Koa from 'koa';
import { mountDocuments } from '../documents/mount-documents.js';
import type { Logger } from '../log/logger.js';
import type { RateLimits } from '../rate-limit/rate-limits.js';
import type { ClientAddress } from './client-address.js';
import { createHandlers, type HandlerContext } from './handlers.js';
import type { Lifecycle } from './lifecycle.js';
import { accessLog } from './middleware/access-log.js';
import { createAuthorization } from './middleware/authorize.js';
import { checkHost } from './middleware/check-host.js';
import { checkOrigin } from './middleware/check-origin.js';
import { checkTarget } from './middleware/check-target.js';
import { closeAfterUnreadBody } from './middleware/close-after-unread-body.js';
import { answerPreflight, shareWithOrigins } from './middleware/cors.js';
import { errorEnvelope } from './middleware/error-envelope.js';
import { findClient } from './middleware/find-client.js';
import { createIdentification } from './middleware/identify.js';
import { createRateLimiting } from './middleware/rate-limit.js';
import { requestId } from './middleware/request-id.js';
import { setSecurityHeaders } from './middleware/security-headers.js';
import { shutdownGate } from './middleware/shutdown-gate.js';
import { answerUnrouted, createRouter } from './router.js';
import { compileValidators } from './validation/validators.js';

/** What the HTTP side of a server is made of. */
export interface AppOptions {
  readonly handling: HandlerContext;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly clientAddress: ClientAddress;
  /** null for none. */
  readonly rateLimits: RateLimits | null;
  /** Empty, or a path without final slash. */
  readonly basePath: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/** The REST API over one core, as a listener for node:http. */
export function createApp(options: AppOptions): RequestListener {
  const { handling, lifecycle, logger, basePath } = options;
  const app = new Koa();
  // Errors of handlers end in the envelope: what gets here is a stream that broke off.
  app.on('error', (error: unknown) => {
    if (LlamactlError.is(error)) logger.error('stream failed', { error: error.cause ?? error });
    else logger.debug('connection failed', { error });
  });
  const isAuthOn = handling.accounts !== null;
  const identify = createIdentification(handling.accounts);
  const authorize = createAuthorization(isAuthOn);
  const rateLimiting = createRateLimiting(options.rateLimits, `${basePath}/api`);
  const router = createRouter({
    handlers: createHandlers(handling),
    validators: compileValidators(),
    basePath,
    // Those who are refused are counted too, by their address.
    guardsOf: (operation) => [
      identify(operation),
      ...rateLimiting.of(operation),
      authorize(operation),
    ],
  });
  mountDocuments(router, basePath);
  app.use(requestId);
  app.use(findClient(options.clientAddress));
  app.use(accessLog(logger));
  app.use(setSecurityHeaders);
  app.use(shareWithOrigins(options.allowedOrigins));
  app.use(closeAfterUnreadBody);
  app.use(errorEnvelope(logger));
  app.use(checkTarget);
  // Another page's requests bring no credentials along, whatever name it has.
  if (!isAuthOn) app.use(checkHost(options.allowedHosts));
  app.use(checkOrigin(options.allowedOrigins));
  app.use(answerPreflight);
  app.use(shutdownGate(lifecycle, `${basePath}/health`));
  app.use(rateLimiting.refusals);
  app.use(router.routes());
  app.use(answerUnrouted(router));
  return app.callback();
}
