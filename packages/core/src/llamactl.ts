import type {
  CreateInstance,
  Instance,
  InstanceDetails,
  InstanceHealth,
  InstanceStatus,
  LogEntry,
  LogQuery,
  UpdateInstance,
} from '@llamactl/contract';
import type { Backend } from './backends/backend.js';
import type { LlamactlEvents, LlamactlEventType } from './events/events.js';
import type { InstanceStore } from './storage/instance-store.js';

/** Settings of {@link createLlamactl}; each has a default. */
export interface LlamactlOptions {
  /**
   * Folder for definitions, logs and run records, made if need be (0700). With it, definitions and logs
   * outlive the app. Without it nothing is kept, and every run is tied: it ends with the app, even if
   * that is killed.
   */
  readonly dataDir?: string;
  /** Where definitions are kept. Default: files in `dataDir`, or memory. */
  readonly store?: InstanceStore;
  /** Backends by name. Default: `{ 'llama-cpp': llamaCpp() }`. */
  readonly backends?: Readonly<Record<string, Backend>>;
  /** Address that instances listen on. Default: `127.0.0.1`. */
  readonly host?: string;
  /** First and last port to allocate from. Default: 8081 to 9080. */
  readonly portRange?: readonly [first: number, last: number];
  /** Time to become ready, in milliseconds. Default: 600 000. */
  readonly startupTimeoutMs?: number;
  /** Time for a whole stop, in milliseconds. Default: 30 000. */
  readonly stopTimeoutMs?: number;
  /** Folders that models must lie in. Default: anywhere. */
  readonly modelRoots?: readonly string[];
  /** Size at which a log file is rotated, in bytes. Default: 20 MiB. */
  readonly maxLogFileBytes?: number;
  /** Number of log files per instance, the current one included. Default: 5. */
  readonly maxLogFiles?: number;
  /** Interval of the figures of running instances, in milliseconds. Default: 2 000. */
  readonly statsIntervalMs?: number;
}

/** How to stop. */
export interface StopOptions {
  /** Kill at once. Default: false. */
  readonly force?: boolean;
  /** Time for the whole stop, in milliseconds. Default: `stopTimeoutMs`. */
  readonly timeoutMs?: number;
}

/** How long to wait. */
export interface WaitOptions {
  /** Deadline in milliseconds. Default: none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
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
  /** Begins to stop; resolves at once (`stopping`). */
  stop(name: string, options?: StopOptions): Promise<Instance>;
  /** Stops if need be, then starts; resolves at once. */
  restart(name: string): Promise<Instance>;
  /** Looks at process, port and answer of an instance now. */
  health(name: string): Promise<InstanceHealth>;
  /** The newest lines of an instance's log, oldest first; also of a stopped one. */
  logs(name: string, query?: LogQuery): Promise<LogEntry[]>;
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
  /** Stops every instance and lets go of everything. Operations after it fail with SHUTTING_DOWN. */
  dispose(): Promise<void>;
}
