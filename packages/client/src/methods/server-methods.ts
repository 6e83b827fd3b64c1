import type {
  Config,
  ConfigInput,
  GatewayRequest,
  OperationResponse,
  ServerHealth,
  SystemInfo,
  SystemStatus,
} from '@llamactl/contract';
import type { RequestOptions } from '../options.js';
import { AccountMethods } from './account-methods.js';

/**
 * What a change of the configuration came to.
 *
 * @example
 * ```ts
 * import type { ConfigUpdate } from '@llamactl/client';
 *
 * function report({ changed, overridden }: ConfigUpdate): void {
 *   console.log(changed.join(', '), overridden.map(({ path, by }) => `${path} is set by ${by}`));
 * }
 * ```
 */
export type ConfigUpdate = Omit<OperationResponse<'updateConfig'>, 'message'>;

/** The part of the client that is about the server itself and its machine. */
export class ServerMethods extends AccountMethods {
  /**
   * Whether the server answers; `stopping` when it is about to end. It is asked once, whatever `retries` says.
   *
   * @example
   * ```ts
   * const { status } = await client.getHealth({ timeoutMs: 1_000 });
   * ```
   */
  getHealth(options?: RequestOptions): Promise<ServerHealth> {
    return this.call('getHealth', {}, options);
  }

  /**
   * Resolves when the server takes work. It is asked once, whatever `retries` says.
   *
   * @throws ApiError SHUTTING_DOWN, while it starts too
   * @example
   * ```ts
   * await client.getReady();
   * ```
   */
  getReady(options?: RequestOptions): Promise<{ status: 'ready' }> {
    return this.call('getReady', {}, options);
  }

  /**
   * State and figures of the server and its machine; what cannot be seen is null.
   *
   * @example
   * ```ts
   * const { instances, resources } = await client.getSystemStatus();
   * console.log(`${instances.running} run, ${resources.memory_usage ?? 'unknown'} bytes are in use.`);
   * ```
   */
  getSystemStatus(options?: RequestOptions): Promise<SystemStatus> {
    return this.call('getSystemStatus', {}, options);
  }

  /**
   * What machine and which build it is.
   *
   * @example
   * ```ts
   * const { hostname, version } = await client.getSystemInfo();
   * ```
   */
  getSystemInfo(options?: RequestOptions): Promise<SystemInfo> {
    return this.call('getSystemInfo', {}, options);
  }

  /**
   * The requests to the gateway that are under way, oldest first.
   *
   * @example
   * ```ts
   * for (const { id, instance, state } of await client.listRequests()) console.log(id, instance, state);
   * ```
   */
  async listRequests(options?: RequestOptions): Promise<GatewayRequest[]> {
    const { requests } = await this.call('listRequests', {}, options);
    return requests;
  }

  /**
   * Cancels a request to the gateway; the instance stops working on it.
   *
   * @throws ApiError REQUEST_NOT_FOUND
   * @example
   * ```ts
   * await client.cancelRequest('4f1c2a');
   * ```
   */
  async cancelRequest(id: string, options?: RequestOptions): Promise<void> {
    await this.call('cancelRequest', { id }, options);
  }

  /**
   * The configuration as it is set, defaults filled in and secrets masked. Needs admin.
   *
   * @throws ApiError FORBIDDEN
   * @example
   * ```ts
   * const { rate_limit } = await client.getConfig();
   * console.log(`${rate_limit.regular} requests per minute.`);
   * ```
   */
  getConfig(options?: RequestOptions): Promise<Config> {
    return this.call('getConfig', {}, options);
  }

  /**
   * Changes the configuration file; what is left out stays. It counts from the server's next start on. Needs admin.
   *
   * @throws ApiError CONFIG_FILE_ONLY, VALIDATION_FAILED, STORAGE_ERROR, FORBIDDEN
   * @example
   * ```ts
   * const { changed, restart_required } = await client.updateConfig({ rate_limit: { regular: 200 } });
   * if (restart_required) console.log(`${changed.join(', ')}: counts after a restart of the server.`);
   * ```
   */
  async updateConfig(changes: ConfigInput, options?: RequestOptions): Promise<ConfigUpdate> {
    const { message: _, ...update } = await this.call('updateConfig', { body: changes }, options);
    return update;
  }
}
