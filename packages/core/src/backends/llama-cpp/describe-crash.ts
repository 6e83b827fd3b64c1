import type { ExitReport } from '../backend.js';

const signalHints: Readonly<Record<string, string>> = {
  SIGKILL: 'often the system does that when memory runs out',
  SIGSEGV: 'it crashed; a newer llama.cpp may help',
  SIGBUS: 'the model file may have been shortened or replaced while it was in use',
  SIGABRT: 'it gave up after an error of its own',
  SIGILL: 'this build may need a newer processor',
  SIGFPE: 'it crashed; a newer llama.cpp may help',
  SIGTERM: 'another program asked it to end',
  SIGINT: 'another program asked it to end',
  SIGHUP: 'another program asked it to end',
};

/** Says how a run ended of which the log gives no cause away. */
export function describeCrash({ code, signal, wasRunning, log }: ExitReport): string {
  const when = wasRunning ? 'while it was running' : 'before it was ready';
  const last = log.findLast((entry) => entry.level === 'error');
  const words = last === undefined ? 'See its log.' : `Its last error: ${last.message}`;
  return `llama-server ${howItEnded(code, signal, when)}. ${words}`;
}

function howItEnded(code: number | null, signal: string | null, when: string): string {
  if (signal !== null) {
    const hint = signalHints[signal];
    return `was ended by ${signal} ${when}${hint === undefined ? '' : ` (${hint})`}`;
  }
  if (code === null) return `ended ${when}; how could not be seen`;
  return `exited with code ${code} ${when}`;
}
