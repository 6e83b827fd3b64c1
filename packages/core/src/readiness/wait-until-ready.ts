import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry } from '@llamactl/contract';
import type { Backend } from '../backends/backend.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { startFairTimer } from '../support/fair-timer.js';

/** What readiness is judged by. */
export interface ReadinessSpec {
  readonly backend: Pick<Backend, 'probe' | 'isReady'>;
  readonly log: Pick<InstanceLog, 'onEntry' | 'read'>;
  /** Number of the log entry that the run began with. */
  readonly logSeq: number;
  readonly host: string;
  readonly port: number;
  /** Whether the port is listened on by our own processes; null when the platform cannot tell. */
  readonly ownsPort: () => boolean | null;
  /** Resolves when the process has ended. */
  readonly exited: Promise<unknown>;
  /** `Infinity` for as long as a timer can wait (24.8 days). */
  readonly timeoutMs: number;
  /** Ends the wait, as when the instance is stopped. */
  readonly signal: AbortSignal;
}

/** How the wait for readiness ended. */
export type Readiness = 'ready' | 'exited' | 'timeout' | 'aborted';

/** Pause between probes: the first one, and the longest it grows to. */
const probeIntervalMs = { first: 25, longest: 250 };

/** Lines of the log that are looked at for what was said before the wait began. */
const maxEarlyLines = 1_000;

/** A single probe that hangs must not keep the next one waiting. */
const probeTimeoutMs = 2_000;

/**
 * Resolves when the backend answers healthy on its port and it is our own one that answers: its log said
 * that it listens there, or the listening socket is held by its processes. The log line is noticed at
 * once; probing is the fallback for backends that print none.
 */
export async function waitUntilReady(spec: ReadinessSpec): Promise<Readiness> {
  const ended = new AbortController();
  const end = (how: Readiness) => {
    if (!ended.signal.aborted) ended.abort(how);
  };
  const callOff = startFairTimer(spec.timeoutMs, () => end('timeout'));
  const onAbort = () => end('aborted');
  if (spec.signal.aborted) onAbort();
  spec.signal.addEventListener('abort', onAbort, { once: true });
  void spec.exited.then(() => end('exited'));

  const announcement = announcedBy(spec);
  try {
    await probeUntilHealthy(spec, announcement, ended.signal);
    end('ready');
  } catch (error) {
    // Only the end of the wait may interrupt the probing.
    if (!ended.signal.aborted) throw error;
  } finally {
    callOff();
    spec.signal.removeEventListener('abort', onAbort);
    announcement.dispose();
  }
  return ended.signal.reason as Readiness;
}

interface Announcement {
  readonly seen: boolean;
  /** Resolves when the log announces readiness. */
  readonly came: Promise<void>;
  dispose(): void;
}

function announcedBy({ log, logSeq, backend, port }: ReadinessSpec): Announcement {
  let seen = false;
  let resolve = () => {};
  let reject: (error: unknown) => void = () => {};
  const came = new Promise<void>((done, broke) => {
    resolve = done;
    reject = broke;
  });
  // Told by the next pause; without one it is too late to matter.
  came.catch(() => undefined);
  const look = (entry: LogEntry) => {
    try {
      if (seen || !backend.isReady(entry.message, port)) return;
      seen = true;
      resolve();
    } catch (error) {
      reject(error);
    }
  };
  const dispose = log.onEntry(look);
  // A quick one has said it before anybody listened. Without it the probes tell.
  log.read(maxEarlyLines).then(
    (entries) => entries.filter(({ seq }) => seq > logSeq).forEach(look),
    () => undefined,
  );
  return {
    get seen() {
      return seen;
    },
    came,
    dispose,
  };
}

async function probeUntilHealthy(
  spec: ReadinessSpec,
  announcement: Announcement,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = probeIntervalMs.first;
  for (;;) {
    signal.throwIfAborted();
    const result = await probeOnce(spec, signal);
    signal.throwIfAborted();
    // Where the platform cannot tell whose the port is, an answer of a living process must do.
    if (result === 'ok' && (announcement.seen || (spec.ownsPort() ?? true))) return;
    await pause(pauseMs, announcement, signal);
    pauseMs = Math.min(pauseMs * 1.5, probeIntervalMs.longest);
  }
}

/** Waits, but no longer than until the log announces readiness for the first time. */
async function pause(ms: number, announcement: Announcement, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const timer = delay(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) });
  try {
    await (announcement.seen ? timer : Promise.race([timer, announcement.came]));
  } finally {
    timer.catch(() => undefined);
    over.abort();
  }
}

async function probeOnce(spec: ReadinessSpec, signal: AbortSignal) {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), probeTimeoutMs);
  try {
    return await spec.backend.probe(
      spec.host,
      spec.port,
      AbortSignal.any([signal, deadline.signal]),
    );
  } finally {
    clearTimeout(timer);
  }
}
