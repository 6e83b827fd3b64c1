import type {
  BatchResult,
  CreateInstance,
  Instance,
  InstanceDetails,
  InstanceHealth,
  InstanceStatus,
  LogEntry,
  LogQuery,
  ServerHealth,
  StopInstance,
  SystemInfo,
  SystemStatus,
  UpdateInstance,
} from '@llamactl/contract';
import { Administration } from './administration.js';
import { createEventSockets, type EventSockets } from './events/event-sockets.js';
import { eventStream } from './events/event-stream.js';
import type { EventMessage, EventsOptions } from './events/events-options.js';
import { type FollowLogsOptions, followLogs, type LogSource } from './logs/follow-logs.js';
import { type OpenAISettings, openaiSettings } from './openai-settings.js';
import { defaultTimeoutMs, type LlamactlClientOptions, type RequestOptions } from './options.js';
import { createHttp } from './transport/http.js';
import { createHttpStream } from './transport/http-stream.js';
import { defaultSilenceMs } from './transport/silence-failure.js';
import { type WaitForStatusOptions, waitForStatus } from './wait-for-status.js';

/** Time for the event stream to open before a wait does without it, in milliseconds. */
const patienceMs = 3_000;

/**
 * A Llamactl server, as typed methods: one per operation of its API, and `followLogs`, `events` and
 * `waitForStatus`, which last.
 *
 * Every method rejects with an error of this package: ApiError (the server said no), ConnectionError
 * (it was not reached), TimeoutError, AbortedError, ProtocolError (not the answer of a Llamactl
 * server) or InvalidRequestError (nothing was sent). No operation is retried.
 */
export class LlamactlClient extends Administration {
  readonly #logs: LogSource;
  readonly #sockets: EventSockets;
  readonly #impatientSockets: EventSockets;
  readonly #options: LlamactlClientOptions;

  /** Opens nothing yet. @throws InvalidRequestError when the base URL is no http or https address */
  constructor(options: LlamactlClientOptions) {
    super(createHttp(options));
    this.#logs = { open: createHttpStream(options), silenceMs: defaultSilenceMs };
    this.#options = options;
    this.#sockets = createEventSockets(options);
    this.#impatientSockets = createEventSockets({
      ...options,
      timeoutMs: Math.min(options.timeoutMs ?? defaultTimeoutMs, patienceMs),
    });
  }

  /** Whether the server answers; `stopping` when it is about to end. */
  getHealth(options?: RequestOptions): Promise<ServerHealth> {
    return this.call('getHealth', {}, options);
  }

  /** Resolves when the server takes work. @throws ApiError SHUTTING_DOWN */
  getReady(options?: RequestOptions): Promise<{ status: 'ready' }> {
    return this.call('getReady', {}, options);
  }

  /** All instances, in the order of their names, without their figures. */
  async listInstances(options?: RequestOptions): Promise<Instance[]> {
    const { instances } = await this.call('listInstances', {}, options);
    return instances;
  }

  /** One instance with its figures. @throws ApiError INSTANCE_NOT_FOUND */
  getInstance(name: string, options?: RequestOptions): Promise<InstanceDetails> {
    return this.call('getInstance', { name }, options);
  }

  /** Defines an instance; it is not started. @throws ApiError INSTANCE_EXISTS, MODEL_NOT_FOUND, UNKNOWN_OPTION, … */
  async createInstance(input: CreateInstance, options?: RequestOptions): Promise<Instance> {
    const { instance } = await this.call('createInstance', { body: input }, options);
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
    const answer = await this.call('updateInstance', { name, body: changes }, options);
    return { instance: answer.instance, restart_required: answer.restart_required };
  }

  /** Forgets a stopped or failed instance, with its logs. @throws ApiError INSTANCE_NOT_STOPPED */
  async deleteInstance(name: string, options?: RequestOptions): Promise<void> {
    await this.call('deleteInstance', { name }, options);
  }

  /** Starts an instance; resolves while it loads. @throws ApiError INSTANCE_ALREADY_RUNNING, PORT_IN_USE, … */
  async startInstance(name: string, options?: RequestOptions): Promise<{ status: 'starting' }> {
    const { status } = await this.call('startInstance', { name }, options);
    return { status };
  }

  /** Stops an instance; resolves while it goes on. @throws ApiError INSTANCE_NOT_RUNNING */
  async stopInstance(
    name: string,
    how?: StopInstance,
    options?: RequestOptions,
  ): Promise<{ status: 'stopping' | 'stopped' }> {
    const { status } = await this.call('stopInstance', { name, body: how }, options);
    return { status };
  }

  /** Stops an instance if need be, then starts it; resolves while it goes on. */
  async restartInstance(
    name: string,
    options?: RequestOptions,
  ): Promise<{ status: 'stopping' | 'starting' }> {
    const { status } = await this.call('restartInstance', { name }, options);
    return { status };
  }

  /** Checks process, port and response of an instance now. @throws ApiError INSTANCE_NOT_FOUND */
  getInstanceHealth(name: string, options?: RequestOptions): Promise<InstanceHealth> {
    return this.call('getInstanceHealth', { name }, options);
  }

  /** The newest lines of an instance's log, oldest first; 100 unless `query.lines` says otherwise. */
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
   */
  async startAllInstances(options?: RequestOptions): Promise<BatchResult[]> {
    const { results } = await this.call('startAllInstances', {}, options);
    return results;
  }

  /** Stops every instance, and whatever waits to start; resolves while it goes on. */
  async stopAllInstances(options?: RequestOptions): Promise<BatchResult[]> {
    const { results } = await this.call('stopAllInstances', {}, options);
    return results;
  }

  /** State and figures of the server and its machine. */
  getSystemStatus(options?: RequestOptions): Promise<SystemStatus> {
    return this.call('getSystemStatus', {}, options);
  }

  /** What machine and which build it is. */
  getSystemInfo(options?: RequestOptions): Promise<SystemInfo> {
    return this.call('getSystemInfo', {}, options);
  }

  /**
   * The newest lines of an instance's log, then each new one, until the instance is deleted, the signal
   * aborts or the loop is left. Nothing is opened before the first line is asked for.
   *
   * After a break it connects again, with growing pauses, and goes on behind the last line that it gave;
   * of more than 10 000 lines in between only the newest come, which `seq` shows.
   *
   * @throws ApiError INSTANCE_NOT_FOUND, TOO_MANY_FOLLOWS; ConnectionError when the first connection cannot
   *   be made, or a later one neither and `maxRetries` is over; ProtocolError
   */
  followLogs(
    name: string,
    options: FollowLogsOptions = {},
  ): AsyncGenerator<LogEntry, void, undefined> {
    return followLogs(this.#logs, name, options);
  }

  /**
   * The state of everything (a `snapshot`), then each change of it, until the signal aborts or the loop is
   * left. Nothing is opened before the first message is asked for.
   *
   * After a break it connects again, with growing pauses, and goes on behind the last message that it gave.
   * When the server does not know any more what came since, there is a `gap`, then another `snapshot`.
   * A reader that falls behind by 1 024 messages loses none of the changes either: the connection is closed,
   * and made again when it has caught up; only figures that newer ones replace are left out.
   *
   * @throws ApiError when the server refuses; ConnectionError when the first connection cannot be made, or a
   *   later one neither and `maxRetries` is over; ProtocolError
   */
  events(options: EventsOptions = {}): AsyncGenerator<EventMessage, void, undefined> {
    return eventStream(this.#sockets, options);
  }

  /**
   * What the `openai` package takes to use the models of the server: `new OpenAI(client.openai())`. The
   * name of an instance is the model; its credentials are those of this client.
   */
  openai(): OpenAISettings {
    return openaiSettings(this.#options);
  }

  /**
   * Watches an instance until it has that status: by the event stream, or, where a proxy does not let it pass,
   * by a look every 100 ms at first and every 2 s in the end.
   * Waiting for `running` rejects at once with an InstanceFailedError, which has the diagnosis, when
   * the instance fails or is stopped while starting. The wait's own deadline gives a TimeoutError.
   */
  waitForStatus(
    name: string,
    status: InstanceStatus,
    options?: WaitForStatusOptions,
  ): Promise<InstanceDetails> {
    const view = {
      name,
      look: (signal: AbortSignal) => this.getInstance(name, { signal }),
      follow: (signal: AbortSignal) =>
        eventStream(this.#impatientSockets, {
          types: ['instance_status_changed', 'instance_deleted'],
          maxRetries: 0,
          signal,
        }),
    };
    return waitForStatus(view, status, options);
  }
}
