import type { Failure, InstanceDefinition, LogEntry, LogLevel } from '@llamactl/contract';

/** What to run: an executable and its arguments, never a shell line, and the whole environment. */
export interface Launch {
  /** Absolute path of the executable. */
  readonly file: string;
  readonly args: readonly string[];
  /** Every variable that the process gets; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** What the server will take as `Authorization: Bearer`; left out when it asks for nothing. */
  readonly key?: string;
}

/** The parts of a definition that a backend looks at. */
export type BackendInput = Pick<
  InstanceDefinition,
  'model_path' | 'options' | 'env' | 'command' | 'extra_args'
>;

/** What a backend is told beside the definition. */
export interface BackendContext {
  /** Folders that files named by options must lie in; empty for any. */
  readonly modelRoots: readonly string[];
  /** Llamactl's own folder: what is kept in there is no model, but for what lies in a model root within it. */
  readonly dataDir?: string | undefined;
}

/** Where an instance is to listen. */
export interface LaunchContext extends BackendContext {
  readonly host: string;
  readonly port: number;
  /**
   * A key that the server is to ask for, or to take beside those of the definition; left out for none. A secret:
   * arguments are visible to everybody. A start fails when the server then asks for nothing.
   */
  readonly runKey?: string;
}

/** What one line of a backend's log says. */
export interface ParsedLine {
  readonly level: LogLevel;
  readonly message: string;
  /** Milliseconds since the process was started, where the line tells; else null. */
  readonly elapsedMs: number | null;
}

/** How an answer to a health question looked. `none`: nothing listens. */
export type ProbeResult = 'ok' | 'loading' | 'error' | 'timeout' | 'none';

/** Where a server listens, and what it asks for. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** What to send as `Authorization: Bearer`; null when it asks for nothing. */
  readonly key: string | null;
}

/** What a server says of its work. */
export interface WorkReport {
  /** Whether it has requests to work on. */
  readonly isBusy: boolean;
  /** Any text that is another one once the work got on. */
  readonly progress: string;
}

/** What is known of a run that ended by itself or never got ready. */
export interface ExitReport {
  /** null when a signal ended it or when unknown. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether it had been `running` before. */
  readonly wasRunning: boolean;
  /** The last entries of its log, oldest first; at most 200. */
  readonly log: readonly LogEntry[];
}

/** Why a run ended, for people and for the restart policy. */
export interface Diagnosis {
  readonly failure: Failure;
  /** A sentence that says what happened and what to do. */
  readonly reason: string;
}

/**
 * A kind of LLM server. Implement this to run another one: `createLlamactl({ backends: { name: backend } })`.
 * A backend holds no state of an instance and starts nothing itself.
 */
export interface Backend {
  /** Names of options whose values are secrets; masked in every answer. */
  readonly secretOptions: ReadonlySet<string>;

  /**
   * Secrets that every server gets, whatever its definition; masked in logs, as are those of the definition and the
   * key of the run. Left out for none.
   */
  readonly secretValues?: readonly string[];

  /**
   * Checks a definition before it is stored. An executable that cannot be found is no reason to
   * refuse: that is told at start.
   * @throws LlamactlError UNKNOWN_OPTION, INVALID_OPTION, OPTION_MANAGED, OPTION_FORBIDDEN,
   *   ENV_FORBIDDEN, COMMAND_FORBIDDEN, MODEL_NOT_FOUND, MODEL_PATH_FORBIDDEN
   */
  check(input: BackendInput, context: BackendContext): Promise<void>;

  /**
   * Turns a definition into what to run; checks it again, since files may have gone.
   * @throws LlamactlError as `check`, and BACKEND_NOT_FOUND
   */
  launch(input: BackendInput, context: LaunchContext): Promise<Launch>;

  /** Reads one line of the log, without its line end. Never throws. */
  parseLine(line: string): ParsedLine;

  /** Whether a log message announces that the server listens on `port` and is ready. */
  isReady(message: string, port: number): boolean;

  /** Asks the server whether it is well. Never throws; resolves `timeout` when `signal` aborts. */
  probe(host: string, port: number, signal: AbortSignal): Promise<ProbeResult>;

  /**
   * Asks the part of the server that does the work what it works on; `unknown` when it does not tell. Must neither
   * wake a sleeping model nor keep it awake. Never throws; resolves `timeout` when `signal` aborts, which counts
   * as work that does not get on. Left out where there is no such question.
   */
  work?(server: ServerAddress, signal: AbortSignal): Promise<WorkReport | 'unknown' | 'timeout'>;

  /** Says why a run ended. */
  diagnose(exit: ExitReport): Diagnosis;
}
