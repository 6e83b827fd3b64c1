import type { Logger } from '../log/logger.js';
import type { Call } from './call.js';

/** Logs a request at `debug`, once its answer is out or its client is gone. */
export function logCall(call: Call, address: string, logger: Logger): void {
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
      ms: call.elapsedMs.toFixed(1),
      first_token_ms: call.firstTokenMs ?? undefined,
      tokens_in: call.tokens?.tokensIn ?? undefined,
      tokens_out: call.tokens?.tokensOut ?? undefined,
      tokens_per_second: call.tokens?.tokensPerSecond?.toFixed(1),
    });
  });
}
