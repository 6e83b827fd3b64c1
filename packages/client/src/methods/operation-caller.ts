import type { OperationId, OperationResponse } from '@llamactl/contract';
import { callOperation, type OperationAnswer, type OperationInput } from '../call-operation.js';
import type { Connection } from '../connection.js';
import type { RequestOptions } from '../options.js';
import type { RateLimits } from '../rate-limit/rate-limit.js';

/** What every part of the client has: a connection to call operations over. */
export class OperationCaller {
  /** @internal */
  protected readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /**
   * Where the server is, without `/api` and without a slash at the end.
   *
   * @example
   * ```ts
   * console.log(`Metrics are at ${client.baseUrl}/metrics.`);
   * ```
   */
  get baseUrl(): string {
    return this.connection.baseUrl;
  }

  /**
   * What the last answers said of the rate limits.
   *
   * @example
   * ```ts
   * await client.listInstances();
   * console.log(`${client.rateLimit.regular?.remaining} requests are left.`);
   * ```
   */
  get rateLimit(): RateLimits {
    return this.connection.rateLimits.last;
  }

  /** @internal */
  protected async call<Id extends OperationId>(
    id: Id,
    input: OperationInput,
    options?: RequestOptions,
  ): Promise<OperationResponse<Id>> {
    const { data } = await this.ask(id, input, options);
    return data;
  }

  /** @internal */
  protected ask<Id extends OperationId>(
    id: Id,
    input: OperationInput,
    options?: RequestOptions,
  ): Promise<OperationAnswer<Id>> {
    return callOperation(this.connection.http, id, input, options);
  }
}
