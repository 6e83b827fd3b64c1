import type {
  CreateInstance,
  Instance,
  InstanceDetails,
  InstanceHealth,
  InstanceStatus,
  LogEntry,
  LogQuery,
  OperationId,
  OperationResponse,
  ServerHealth,
  StopInstance,
  UpdateInstance,
} from '@llamactl/contract';
import { callOperation, type OperationInput } from './call-operation.js';
import type { LlamactlClientOptions, RequestOptions } from './options.js';
import { createHttp, type Http } from './transport/http.js';
import { type WaitForStatusOptions, waitForStatus } from './wait-for-status.js';

/**
 * A Llamactl server, as typed methods: one per operation of its API, and `waitForStatus`.
 *
 * Every method rejects with an error of this package: ApiError (the server said no), ConnectionError
 * (it was not reached), TimeoutError, AbortedError, ProtocolError (not the answer of a Llamactl
 * server) or InvalidRequestError (nothing was sent). Nothing is retried.
 */
export class LlamactlClient {
  readonly #http: Http;

  /** Opens nothing yet. @throws InvalidRequestError when the base URL is no http or https address */
  constructor(options: LlamactlClientOptions) {
    this.#http = createHttp(options);
  }

  /** Whether the server answers; `stopping` when it is about to end. */
  getHealth(options?: RequestOptions): Promise<ServerHealth> {
    return this.#call('getHealth', {}, options);
  }

  /** Resolves when the server takes work. @throws ApiError SHUTTING_DOWN */
  getReady(options?: RequestOptions): Promise<{ status: 'ready' }> {
    return this.#call('getReady', {}, options);
  }

  /** All instances, in the order of their names, without their figures. */
  async listInstances(options?: RequestOptions): Promise<Instance[]> {
    const { instances } = await this.#call('listInstances', {}, options);
    return instances;
  }

  /** One instance with its figures. @throws ApiError INSTANCE_NOT_FOUND */
  getInstance(name: string, options?: RequestOptions): Promise<InstanceDetails> {
    return this.#call('getInstance', { name }, options);
  }

  /** Defines an instance; it is not started. @throws ApiError INSTANCE_EXISTS, MODEL_NOT_FOUND, UNKNOWN_OPTION, … */
  async createInstance(input: CreateInstance, options?: RequestOptions): Promise<Instance> {
    const { instance } = await this.#call('createInstance', { body: input }, options);
    return instance;
  }

  /**
   * Changes an instance; null removes an option or a variable. A running one keeps running as it was
   * started; `restart_required` says whether that differs now. @throws ApiError INSTANCE_NOT_FOUND, …
   */
  async updateInstance(
    name: string,
    changes: UpdateInstance,
    options?: RequestOptions,
  ): Promise<{ instance: Instance; restart_required: boolean }> {
    const answer = await this.#call('updateInstance', { name, body: changes }, options);
    return { instance: answer.instance, restart_required: answer.restart_required };
  }

  /** Forgets a stopped or failed instance, with its logs. @throws ApiError INSTANCE_NOT_STOPPED */
  async deleteInstance(name: string, options?: RequestOptions): Promise<void> {
    await this.#call('deleteInstance', { name }, options);
  }

  /** Starts an instance; resolves while it loads. @throws ApiError INSTANCE_ALREADY_RUNNING, PORT_IN_USE, … */
  async startInstance(name: string, options?: RequestOptions): Promise<{ status: 'starting' }> {
    const { status } = await this.#call('startInstance', { name }, options);
    return { status };
  }

  /** Stops an instance; resolves while it goes on. @throws ApiError INSTANCE_NOT_RUNNING */
  async stopInstance(
    name: string,
    how?: StopInstance,
    options?: RequestOptions,
  ): Promise<{ status: 'stopping' }> {
    const { status } = await this.#call('stopInstance', { name, body: how }, options);
    return { status };
  }

  /** Stops an instance if need be, then starts it; resolves while it goes on. */
  async restartInstance(
    name: string,
    options?: RequestOptions,
  ): Promise<{ status: 'stopping' | 'starting' }> {
    const { status } = await this.#call('restartInstance', { name }, options);
    return { status };
  }

  /** Checks process, port and response of an instance now. @throws ApiError INSTANCE_NOT_FOUND */
  getInstanceHealth(name: string, options?: RequestOptions): Promise<InstanceHealth> {
    return this.#call('getInstanceHealth', { name }, options);
  }

  /** The newest lines of an instance's log, oldest first; 100 unless `query.lines` says otherwise. */
  async getInstanceLogs(
    name: string,
    query?: LogQuery,
    options?: RequestOptions,
  ): Promise<LogEntry[]> {
    const { logs } = await this.#call('getInstanceLogs', { name, query }, options);
    return logs;
  }

  /**
   * Looks at an instance, every 100 ms at first and every 2 s in the end, until it has that status.
   * Waiting for `running` rejects at once with an InstanceFailedError, which has the diagnosis, when
   * the instance fails or is stopped while starting. The wait's own deadline gives a TimeoutError.
   */
  waitForStatus(
    name: string,
    status: InstanceStatus,
    options?: WaitForStatusOptions,
  ): Promise<InstanceDetails> {
    return waitForStatus((signal) => this.getInstance(name, { signal }), name, status, options);
  }

  #call<Id extends OperationId>(
    id: Id,
    input: OperationInput,
    options?: RequestOptions,
  ): Promise<OperationResponse<Id>> {
    return callOperation(this.#http, id, input, options);
  }
}
