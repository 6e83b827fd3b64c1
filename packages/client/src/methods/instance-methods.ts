import type {
  BatchResult,
  CreateInstance,
  Instance,
  InstanceDetails,
  InstanceHealth,
  LogEntry,
  LogQuery,
  StopInstance,
  UpdateInstance,
} from '@llamactl/contract';
import type { RequestOptions } from '../options.js';
import { ServerMethods } from './server-methods.js';

/** The part of the client that is about instances, one request each. */
export class InstanceMethods extends ServerMethods {
  /**
   * All instances, in the order of their names, without their figures.
   *
   * @example
   * ```ts
   * for (const { name, status } of await client.listInstances()) console.log(name, status);
   * ```
   */
  async listInstances(options?: RequestOptions): Promise<Instance[]> {
    const { instances } = await this.call('listInstances', {}, options);
    return instances;
  }

  /**
   * One instance with its figures.
   *
   * @throws ApiError INSTANCE_NOT_FOUND
   * @example
   * ```ts
   * const { status, stats } = await client.getInstance('chat');
   * console.log(status, `${stats?.memory_usage ?? 'unknown'} bytes`);
   * ```
   */
  getInstance(name: string, options?: RequestOptions): Promise<InstanceDetails> {
    return this.call('getInstance', { name }, options);
  }

  /**
   * Defines an instance; it is not started.
   *
   * @throws ApiError INSTANCE_EXISTS, MODEL_NOT_FOUND, UNKNOWN_OPTION (see `suggestions`), PORT_IN_USE, …
   * @example
   * ```ts
   * const { port } = await client.createInstance({
   *   name: 'chat',
   *   model_path: '/models/chat.gguf',
   *   options: { context_size: 4096 },
   * });
   * ```
   */
  async createInstance(input: CreateInstance, options?: RequestOptions): Promise<Instance> {
    const { instance } = await this.call('createInstance', { body: input }, options);
    return instance;
  }

  /**
   * Changes an instance; null removes an option or a variable. A running one keeps running as it was
   * started; `restart_required` says whether that differs now.
   *
   * @throws ApiError INSTANCE_NOT_FOUND, UNKNOWN_OPTION, PORT_IN_USE, …
   * @example
   * ```ts
   * const changes = { options: { threads: 8, gpu_layers: null } };
   * const { restart_required } = await client.updateInstance('chat', changes);
   * if (restart_required) await client.restartInstance('chat');
   * ```
   */
  async updateInstance(
    name: string,
    changes: UpdateInstance,
    options?: RequestOptions,
  ): Promise<{ instance: Instance; restart_required: boolean }> {
    const answer = await this.call('updateInstance', { name, body: changes }, options);
    return { instance: answer.instance, restart_required: answer.restart_required };
  }

  /**
   * Forgets a stopped or failed instance, with its logs.
   *
   * @throws ApiError INSTANCE_NOT_STOPPED, INSTANCE_NOT_FOUND
   * @example
   * ```ts
   * await client.deleteInstance('chat');
   * ```
   */
  async deleteInstance(name: string, options?: RequestOptions): Promise<void> {
    await this.call('deleteInstance', { name }, options);
  }

  /**
   * Starts an instance; resolves while it loads.
   *
   * @throws ApiError INSTANCE_ALREADY_RUNNING, INSTANCE_STOPPING, PORT_IN_USE, MODEL_NOT_FOUND, …
   * @example
   * ```ts
   * await client.startInstance('chat');
   * const { port } = await client.waitForStatus('chat', 'running', { timeoutMs: 120_000 });
   * ```
   */
  async startInstance(name: string, options?: RequestOptions): Promise<{ status: 'starting' }> {
    const { status } = await this.call('startInstance', { name }, options);
    return { status };
  }

  /**
   * Stops an instance; resolves while it goes on. `how.timeout` is in seconds.
   *
   * @throws ApiError INSTANCE_NOT_RUNNING, INSTANCE_NOT_FOUND
   * @example
   * ```ts
   * await client.stopInstance('chat', { timeout: 10 });
   * await client.waitForStatus('chat', 'stopped');
   * ```
   */
  async stopInstance(
    name: string,
    how?: StopInstance,
    options?: RequestOptions,
  ): Promise<{ status: 'stopping' | 'stopped' }> {
    const { status } = await this.call('stopInstance', { name, body: how }, options);
    return { status };
  }

  /**
   * Stops an instance if need be, then starts it; resolves while it goes on.
   *
   * @throws ApiError INSTANCE_STOPPING, MODEL_NOT_FOUND, …
   * @example
   * ```ts
   * await client.restartInstance('chat');
   * ```
   */
  async restartInstance(
    name: string,
    options?: RequestOptions,
  ): Promise<{ status: 'stopping' | 'starting' }> {
    const { status } = await this.call('restartInstance', { name }, options);
    return { status };
  }

  /**
   * Checks process, port and response of an instance now.
   *
   * @throws ApiError INSTANCE_NOT_FOUND
   * @example
   * ```ts
   * const { status, checks } = await client.getInstanceHealth('chat');
   * if (status === 'unhealthy') console.error(checks);
   * ```
   */
  getInstanceHealth(name: string, options?: RequestOptions): Promise<InstanceHealth> {
    return this.call('getInstanceHealth', { name }, options);
  }

  /**
   * The newest lines of an instance's log, oldest first; 100 unless `query.lines` says otherwise.
   *
   * @throws ApiError INSTANCE_NOT_FOUND
   * @example
   * ```ts
   * const entries = await client.getInstanceLogs('chat', { lines: 20, level: 'warn' });
   * for (const { timestamp, message } of entries) console.log(timestamp, message);
   * ```
   */
  async getInstanceLogs(
    name: string,
    query: Omit<LogQuery, 'follow'> = {},
    options?: RequestOptions,
  ): Promise<LogEntry[]> {
    const { lines, level } = query;
    const input = { name, query: { lines, level } };
    const { logs } = await this.call('getInstanceLogs', input, options);
    return logs;
  }

  /**
   * Starts every stopped or failed instance; resolves at once, while most of them are queued.
   * Says of each what became of it.
   *
   * @example
   * ```ts
   * for (const { name, result, code } of await client.startAllInstances()) {
   *   if (result === 'error') console.error(name, code);
   * }
   * ```
   */
  async startAllInstances(options?: RequestOptions): Promise<BatchResult[]> {
    const { results } = await this.call('startAllInstances', {}, options);
    return results;
  }

  /**
   * Stops every instance, and whatever waits to start; resolves while it goes on. `how` counts for each of them.
   *
   * @example
   * ```ts
   * const stopping = (await client.stopAllInstances()).filter(({ result }) => result === 'stopping');
   * ```
   */
  async stopAllInstances(how?: StopInstance, options?: RequestOptions): Promise<BatchResult[]> {
    const { results } = await this.call('stopAllInstances', { body: how }, options);
    return results;
  }
}
