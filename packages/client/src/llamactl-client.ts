import type { EventType, InstanceDetails, InstanceStatus, LogEntry } from '@llamactl/contract';
import { createConnection } from './connection.js';
import { type EnsureRunningOptions, ensureRunning } from './ensure-running.js';
import { createEventSockets, type EventSockets } from './events/event-sockets.js';
import { eventStream } from './events/event-stream.js';
import type { EventMessage, EventsOptions } from './events/events-options.js';
import { type FollowLogsOptions, followLogs, type LogSource } from './logs/follow-logs.js';
import { InstanceMethods } from './methods/instance-methods.js';
import type { InstanceView } from './observe-instance.js';
import { type OpenAISettings, openaiSettings } from './openai-settings.js';
import { defaultTimeoutMs, type LlamactlClientOptions } from './options.js';
import { createHttpStream } from './transport/http-stream.js';
import { defaultSilenceMs } from './transport/silence-failure.js';
import { type WaitForStatusOptions, waitForStatus } from './wait-for-status.js';

/** Time for the event stream to open before a wait does without it, in milliseconds. */
const patienceMs = 3_000;

/**
 * A Llamactl server, as typed methods: one per operation of its API, and `followLogs`, `events`, `waitForStatus`
 * and `ensureRunning`, which last.
 *
 * Every method rejects with an error of this package: ApiError (the server said no), ConnectionError
 * (it was not reached), TimeoutError, AbortedError, ProtocolError (not the answer of a Llamactl
 * server) or InvalidRequestError (nothing was sent).
 *
 * A call is repeated, `retries` times at most, only where its request has had no effect for sure: when the server
 * refused it with 429 or 503 and said when to come back (`Retry-After`, up to a minute), whatever it asked for;
 * when the connection could not be made or broke, only if it reads (GET). Not repeated are getHealth and getReady,
 * too many wrong passwords or open log streams, a machine that is out of ports or processes, and whatever would not
 * come back before the deadline of the call.
 *
 * @example
 * ```ts
 * import { LlamactlClient } from '@llamactl/client';
 *
 * const client = new LlamactlClient({ baseUrl: 'http://localhost:8080' });
 * const { port } = await client.ensureRunning('chat');
 * const answer = await fetch(`http://localhost:${port}/v1/models`);
 * ```
 */
export class LlamactlClient extends InstanceMethods {
  readonly #logs: LogSource;
  readonly #sockets: EventSockets;
  readonly #impatientSockets: EventSockets;

  /** Opens nothing yet. @throws InvalidRequestError when the base URL is no http or https address */
  constructor(options: LlamactlClientOptions) {
    const connection = createConnection(options);
    super(connection);
    const open = createHttpStream(options, connection);
    const patience = Math.min(options.timeoutMs ?? defaultTimeoutMs, patienceMs);
    this.#logs = { open, silenceMs: defaultSilenceMs };
    this.#sockets = createEventSockets(options, {}, connection);
    this.#impatientSockets = createEventSockets(options, { openTimeoutMs: patience }, connection);
  }

  /**
   * The newest lines of an instance's log, then each new one, until the instance is deleted, the signal
   * aborts or the loop is left. Nothing is opened before the first line is asked for.
   *
   * After a break it connects again, with growing pauses and the credential of then, and goes on behind the last
   * line that it gave; of more than 10 000 lines in between only the newest come, which `seq` shows. Of an
   * instance that was deleted and made anew meanwhile, the lines of the new log follow, whose numbers begin at 1.
   *
   * @throws ApiError INSTANCE_NOT_FOUND, TOO_MANY_FOLLOWS, UNAUTHORIZED; ConnectionError when the first connection
   *   cannot be made, or a later one neither and `maxRetries` is over; ProtocolError
   * @example
   * ```ts
   * for await (const { seq, level, message } of client.followLogs('chat', { lines: 20 })) {
   *   console.log(seq, level, message);
   * }
   * ```
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
   * After a break it connects again, with growing pauses and the credential of then, and goes on behind the last
   * message that it gave. When the server does not know any more what came since, there is a `gap`, then another
   * `snapshot`. A reader that falls behind by 1 024 messages loses none of the changes either: the connection is
   * closed, and made again when it has caught up; only figures that newer ones replace are left out.
   *
   * @throws ApiError when the server refuses, also later on, when it does not take the credential any more (401)
   *   and the client has no other; ConnectionError when the first connection cannot be made, or a later one
   *   neither and `maxRetries` is over; ProtocolError
   * @example
   * ```ts
   * for await (const { type, data } of client.events({ types: ['instance_status_changed'] })) {
   *   if (type === 'snapshot') console.log(`${data.instances.length} instances`);
   *   if (type === 'instance_status_changed') console.log(data.instance.name, data.instance.status);
   * }
   * ```
   */
  events<T extends EventType = EventType>(
    options: EventsOptions<T> = {},
  ): AsyncGenerator<EventMessage<T>, void, undefined> {
    // The server sends no others.
    return eventStream(this.#sockets, options) as AsyncGenerator<EventMessage<T>, void, undefined>;
  }

  /**
   * What the `openai` package takes to use the models of the server: `new OpenAI(client.openai())`. The
   * name of an instance is the model; its credentials are those of this client.
   *
   * @example
   * ```ts
   * import OpenAI from 'openai';
   *
   * const openai = new OpenAI(client.openai());
   * const messages = [{ role: 'user' as const, content: 'Hello' }];
   * const answer = await openai.chat.completions.create({ model: 'chat', messages });
   * ```
   */
  openai(): OpenAISettings {
    return openaiSettings(this.connection);
  }

  /**
   * Watches an instance until it has that status: by the event stream, or, where a proxy does not let it pass,
   * by a look every 100 ms at first and every 2 s in the end.
   * Waiting for `running` rejects with an InstanceFailedError, which has the diagnosis: at once when the
   * instance fails, and when it was stopped and is not started again within 5 s, as a restart does. One that
   * is stopped from the beginning may be started at any time. The wait's own deadline gives a TimeoutError.
   *
   * @throws InstanceFailedError; ApiError INSTANCE_NOT_FOUND; TimeoutError with `lastStatus`
   * @example
   * ```ts
   * const { port } = await client.waitForStatus('chat', 'running', {
   *   timeoutMs: 120_000,
   *   onStatus: ({ status }) => console.log(status),
   * });
   * ```
   */
  waitForStatus(
    name: string,
    status: InstanceStatus,
    options?: WaitForStatusOptions,
  ): Promise<InstanceDetails> {
    return waitForStatus(this.#view(name), status, options);
  }

  /**
   * Sees to it that an instance runs: starts it unless it runs or starts already, waits for a stop that is under
   * way, and resolves when it answers. It may be called by many at once; there is one start.
   * A run that fails is not started anew, nor one that somebody stops meanwhile and does not start again within 5 s,
   * as a restart does.
   *
   * @throws InstanceFailedError with the diagnosis; ApiError INSTANCE_NOT_FOUND, and what keeps it from being started
   *   (MODEL_NOT_FOUND, PORT_IN_USE, BACKEND_NOT_FOUND, …); TimeoutError with `lastStatus`
   * @example
   * ```ts
   * const { port } = await client.ensureRunning('chat', { timeoutMs: 120_000 });
   * const answer = await fetch(`http://localhost:${port}/v1/chat/completions`, {
   *   method: 'POST',
   *   headers: { 'Content-Type': 'application/json' },
   *   body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] }),
   * });
   * ```
   */
  ensureRunning(name: string, options?: EnsureRunningOptions): Promise<InstanceDetails> {
    const start = (signal: AbortSignal) => this.startInstance(name, { signal });
    return ensureRunning({ ...this.#view(name), start }, options);
  }

  #view(name: string): InstanceView {
    return {
      name,
      look: (signal) => this.getInstance(name, { signal }),
      follow: (signal) =>
        eventStream(this.#impatientSockets, {
          types: ['instance_status_changed', 'instance_deleted'],
          maxRetries: 0,
          signal,
        }),
    };
  }
}
