import type { Logger } from '../log/logger.js';
import type { Call } from './call.js';

/** Logs a request at `debug`, once its answer is out or its client is gone. */
export function logCall(call: Call, address: string, logger: Logger): void {
  const begun = performance.now();
  call.whenClosed(() => {
    const { request, response } = call;
    logger.debug('request', {
      request_id: call.id,
      address,
      method: request.method,
      path: call.path,
      instance: call.instance,
      status: response.statusCode,
      finished: response.writableFinished,
      ms: (performance.now() - begun).toFixed(1),
    });
  });
}
