import type {
  Alert,
  BatchResult,
  CreateInstance,
  Instance,
  InstanceDetails,
  InstanceHealth,
  InstanceStatus,
  LogEntry,
  LogLevel,
  LogQuery,
  SystemResources,
  UpdateInstance,
} from '@llamactl/contract';
import type { Backend } from './backends/backend.js';
import type { EventFeed } from './events/event-feed.js';
import type { LlamactlEvents, LlamactlEventType } from './events/events.js';
import type { LogPlace } from './logs/instance-log.js';
import type { MemoryUse } from './metrics/memory-use.js';
import type { InstanceStore } from './storage/instance-store.js';
import type { Clock } from './support/clock.js';

/** Settings of {@link createLlamactl}; each has a default. */
export interface LlamactlOptions {
  /**
   * Folder for definitions, logs and run records, made if need be (0700). With it, definitions and logs
   * outlive the app, and so do runs when the app is killed: the next Llamactl of the folder takes them over.
   * Without it nothing is kept, and every run ends with the app, even if that is killed.
   */
  readonly dataDir?: string;
  /** Where definitions are kept. Default: files in `dataDir`, or memory. */
  readonly store?: InstanceStore;
  /** Backends by name. Default: `{ 'llama-cpp': llamaCpp() }`. */
  readonly backends?: Readonly<Record<string, Backend>>;
  /** Address that instances listen on. Default: `127.0.0.1`. */
  readonly host?: string;
  /**
   * What the ports of instances ask for: `run_key`, a key that is made for each run (see
   * {@link Llamactl.connection}) or one that the instance defines; `none`, nothing. Pages that a person on this
   * machine opens cannot read what an instance answers, but without a key they can make it work. Default: `none`.
   */
  readonly backendAuth?: BackendAuth;
  /** First and last port to allocate from. Default: 8081 to 9080. */
  readonly portRange?: readonly [first: number, last: number];
  /** Time to become ready, in milliseconds. Default: 600 000. */
  readonly startupTimeoutMs?: number;
  /** Time for a whole stop, in milliseconds. Default: 30 000. */
  readonly stopTimeoutMs?: number;
  /**
   * Interval at which running instances are asked whether they are well, in milliseconds; a third of it for those
   * that seem not to be. Default: 30 000.
   */
  readonly healthIntervalMs?: number;
  /**
   * How long a running instance may give no answer, or not get on with its work, while it uses no processor
   * time and nothing holds it up, before it is ended and its restart policy decides; in milliseconds, 0 never
   * ends one. One whose policy is `never` is only told of. Default: 600 000.
   */
  readonly hangTimeoutMs?: number;
  /** Folders that models must lie in. Default: anywhere. */
  readonly modelRoots?: readonly string[];
  /** Size at which a log file is rotated, in bytes. Default: 20 MiB. */
  readonly maxLogFileBytes?: number;
  /** Number of log files per instance, the current one included. Default: 5. */
  readonly maxLogFiles?: number;
  /** Instances that `startAll` and `autostart` let load at the same time. Default: 2. */
  readonly startParallelism?: number;
  /**
   * What `dispose` does with runs: `stop`, or `keep`, which leaves them running for the next Llamactl of the
   * same `dataDir`; without one they are stopped. Default: `stop`.
   */
  readonly onShutdown?: 'stop' | 'keep';
  /** Time as restarts see it, for tests. Default: the machine's. */
  readonly clock?: Clock;
  /** Use of the machine from which on an alert is raised, in percent. Default: 95 each. */
  readonly alertPercent?: { readonly memory: number; readonly disk: number };
  /**
   * Told what the owner of the data folder should know: a definition that cannot be read, a left process
   * that cannot be ended. Default: nobody is told.
   */
  readonly onWarning?: (message: string, cause: unknown) => void;
  /** Interval of the figures of running instances, in milliseconds. Default: 2 000. */
  readonly statsIntervalMs?: number;
}

/** See {@link LlamactlOptions.backendAuth}. */
export type BackendAuth = 'run_key' | 'none';

/** How to talk to a backend. */
export interface BackendConnection {
  readonly host: string;
  readonly port: number;
  /** What to send as `Authorization: Bearer`; null when it asks for nothing. A secret: it is in no answer or log. */
  readonly key: string | null;
}

/** How to stop. */
export interface StopOptions {
  /** Kill at once. Default: false. */
  readonly force?: boolean;
  /** Time for the whole stop, in milliseconds. Default: `stopTimeoutMs`. */
  readonly timeoutMs?: number;
  /** Whether requests through a gateway shall not start it again; see `held`. Default: true. */
  readonly hold?: boolean;
}

/** Which instances to take. */
export interface BatchOptions {
  /** Takes those for whose names it is true; the others do not even show up. Default: all. */
  readonly only?: (name: string) => boolean;
}

/** Told before an instance with a process is stopped; the processes are signalled when it resolves. */
export type StopHook = (stop: {
  readonly name: string;
  /** Time for the whole stop, in milliseconds; past it nobody is waited for. */
  readonly timeoutMs: number;
}) => void | Promise<void>;

/**
 * Asked when an instance that ended by itself is due to be started again. Returns null, or in a sentence why it is
 * not to be: then its restart is called off, and `last_exit.reason` says so. Other operations on it wait meanwhile.
 */
export type RestartHook = (restart: {
  readonly name: string;
}) => string | null | Promise<string | null>;

/** How long to wait. */
export interface WaitOptions {
  /** Deadline in milliseconds. Default: none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How to follow a log. */
export interface FollowOptions {
  /** Lines to begin with, the newest ones. Default: 0. */
  readonly lines?: number;
  /** The least serious level. Default: all. */
  readonly level?: LogLevel;
  /**
   * The last line that was seen, to go on behind it: instead of `lines`, what came since is given, or the
   * newest 10 000 lines of that. Without effect when the line is not of this log.
   */
  readonly after?: LogPlace | undefined;
  /** Ends the following. */
  readonly signal?: AbortSignal;
}

/** A log that can be followed. */
export interface FollowedLog extends AsyncIterable<LogEntry> {
  /**
   * Names the log that the numbers of its lines belong to; see {@link LogPlace}. null when the instance was
   * deleted, or Llamactl disposed, meanwhile.
   */
  epoch(): Promise<string | null>;
}

/**
 * LLM servers by name. Operations on one instance happen one after the other; everything that answers
 * with an instance shows the state at that moment. Names are looked up without regard to case.
 */
export interface Llamactl extends AsyncDisposable {
  /** All instances, in the order of their names. */
  list(): Instance[];
  /** @throws LlamactlError INSTANCE_NOT_FOUND */
  get(name: string): InstanceDetails;
  /** Checks and stores a definition; starts nothing. */
  create(input: CreateInstance): Promise<Instance>;
  /** Changes a definition; a running instance keeps running as it was started. */
  update(
    name: string,
    changes: UpdateInstance,
  ): Promise<{ instance: Instance; restart_required: boolean }>;
  /** Forgets a stopped or failed instance with its logs. @throws LlamactlError INSTANCE_NOT_STOPPED */
  remove(name: string): Promise<void>;
  /** Starts; resolves as soon as the process is under way (`starting`). See {@link Llamactl.waitForStatus}. */
  start(name: string): Promise<Instance>;
  /** Begins to stop; resolves at once (`stopping`). Of a queued instance it calls the start off (`stopped`). */
  stop(name: string, options?: StopOptions): Promise<Instance>;
  /** Stops if need be, then starts; resolves at once. */
  restart(name: string): Promise<Instance>;
  /**
   * Starts every stopped or failed instance in the order of their names, and resolves at once with what
   * became of each. At most `startParallelism` load at a time, those that were started one by one
   * included; the queued ones follow by themselves, unless they are started, stopped or deleted before. A
   * start that is refused has the result `error`, with the code that `start` would throw.
   */
  startAll(options?: BatchOptions): Promise<BatchResult[]>;
  /** Begins to stop every instance that has a process, and forgets the starts that are still queued. */
  stopAll(options?: StopOptions & BatchOptions): Promise<BatchResult[]>;
  /**
   * How to talk to the backend of an instance, whose process may still be loading.
   * @throws LlamactlError INSTANCE_NOT_FOUND, INSTANCE_NOT_RUNNING
   */
  connection(name: string): BackendConnection;
  /**
   * What the processes of an instance take, as seen last. null while it does not run, or has not been looked at yet: at
   * what GPUs give it, for which a tool may have to be asked, Llamactl looks only once this has been called, every five
   * seconds or more.
   * @throws LlamactlError INSTANCE_NOT_FOUND
   */
  memoryOf(name: string): MemoryUse | null;
  /** Looks at process, port and answer of an instance now. */
  health(name: string): Promise<InstanceHealth>;
  /** The newest lines of an instance's log, oldest first; also of a stopped one. */
  logs(name: string, query?: LogQuery): Promise<LogEntry[]>;
  /**
   * Gives the newest lines, then each new one as it comes, none twice and none left out, over rotations and
   * over stops and starts. Each iteration follows for itself, from its first `next` on. It ends when the
   * instance is deleted, when `signal` aborts, or when Llamactl is disposed. A reader that falls more than
   * 10 000 lines (or 8 Mi characters) behind is told by a line of level warn how many it missed.
   * @throws LlamactlError INSTANCE_NOT_FOUND, VALIDATION_FAILED (at once); STORAGE_ERROR from the first
   *   `next`
   */
  followLogs(name: string, options?: FollowOptions): FollowedLog;
  /** Figures of the machine, over the last interval; `cpu_usage` is null before the first has passed. */
  resources(): SystemResources;
  /** The alerts that are raised now, oldest first. */
  alerts(): Alert[];
  /** Everything that happens, numbered, with a bounded memory for those who come back. */
  readonly feed: EventFeed;
  /**
   * Resolves when the instance has that status. Waiting for `running` ends with an error as soon as the
   * instance failed or stopped instead; the error has the diagnosis.
   */
  waitForStatus(name: string, status: InstanceStatus, options?: WaitOptions): Promise<Instance>;
  /** Calls back on each event of a type; returns the function that ends it. */
  on<T extends LlamactlEventType>(
    type: T,
    listener: (event: LlamactlEvents[T]) => void,
  ): () => void;
  /**
   * Calls back when an instance is about to be stopped, as soon as it is `stopping`, so that requests under
   * way can end first and connections be cut; returns the function that ends it. A stop by force waits for nobody.
   */
  beforeStop(hook: StopHook): () => void;
  /**
   * Asks before an instance that ended by itself is started again, so that limits can be kept to; returns the function
   * that ends it. Nobody is asked about what somebody starts, nor about `autostart`. A hook that is added as soon as
   * `createLlamactl` has resolved is asked about restarts that fell due before, too.
   */
  beforeRestart(hook: RestartHook): () => void;
  /** Stops every instance, or leaves it running (`onShutdown`), and lets go of everything. Operations after it fail with SHUTTING_DOWN. */
  dispose(): Promise<void>;
}
