// A program that uses runs as an app or a manager would, for tests that need it to die or to come later:
// `app.mjs COMMAND ARGUMENT`. It writes one line of JSON for each thing that happens.
import { closeSync, openSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createLlamactl, llamaCpp } from '../../src/index.js';
import { createTreeSampler } from '../../src/metrics/tree-sampler.js';
import { ownsListeningSocket } from '../../src/ports/listening-socket.js';
import { attachRun } from '../../src/process/attach-run.js';
import { listIfPossible, readProcess } from '../../src/process/process-table.js';
import type { RunSpec } from '../../src/process/run.js';
import { createRunTree } from '../../src/process/run-tree.js';
import { startRun } from '../../src/process/start-run.js';
import { stopRun } from '../../src/process/stop-run.js';

const [command = '', argument = ''] = process.argv.slice(2);
const say = (what: unknown) => console.log(JSON.stringify(what));

const commands: Record<string, () => Promise<void>> = {
  /** Starts a run; nothing but the run itself could keep the event loop alive. */
  async start() {
    say(await startRun(JSON.parse(argument)));
  },

  async 'start-and-stay'() {
    await commands.start?.();
    setInterval(() => {}, 60_000);
  },

  /** Finds a run that another process has started, and tells its end. */
  async attach() {
    const stay = setInterval(() => {}, 60_000);
    const run = await attachRun(argument);
    say(run);
    say(run && (await run.exited));
    clearInterval(stay);
  },

  /** Kills the shim of its run, stops the run and waits for its end: nothing else keeps it alive. */
  async 'stop-without-shim'() {
    const run = await startRun(JSON.parse(argument));
    await killShim(run.shim.pid);
    await stopRun(run, { timeoutMs: 20_000 });
    say(await run.exited);
  },

  /** Does the same with an instance; the argument names a backend, a model and a port. */
  async 'dispose-without-shim'() {
    const { command: file, ...settings } = JSON.parse(argument);
    const backends = { 'llama-cpp': llamaCpp({ command: file }) };
    const llamactl = await createLlamactl({ backends });
    await llamactl.create({ name: 'a', ...settings });
    await llamactl.start('a');
    const { pid } = await llamactl.waitForStatus('a', 'running', { timeoutMs: 30_000 });
    await killShim(readProcess(pid ?? 0)?.ppid);
    await llamactl.dispose();
    say({ disposed: true });
  },

  /** Looks at a run while no descriptor is left, and again when there are some. */
  async 'look-exhausted'() {
    const run = await startRun(JSON.parse(argument));
    const tree = createRunTree(run);
    const sampler = createTreeSampler(run);
    const look = () => ({
      table: listIfPossible()?.some(({ pid }) => pid === run.pid) ?? null,
      memory: sampler.sample().memory_usage,
      ownsPort: ownsListeningSocket(1, [run.pid]),
      members: attempt(() => tree.scan().members.length),
      // The table is there, the environments cannot be read.
      marked: attempt(() => tree.scan(table).members.length),
    });
    const table = listIfPossible() ?? [];
    const held: number[] = [];
    fill(held);
    const short = look();
    while (held.length > 0) closeSync(held.pop() ?? -1);
    say({ short, after: look() });
    await stopRun(run, { timeoutMs: 0 });
  },

  /** Tries to start a run with fewer and fewer descriptors left. */
  async exhaust() {
    const spec: RunSpec = JSON.parse(argument);
    const stay = setInterval(() => {}, 60_000);
    const held: number[] = [];
    for (let free = 0; free <= 30; free++) {
      fill(held);
      for (let count = 0; count < free; count++) closeSync(held.pop() ?? -1);
      const runDir = `${spec.runDir}-${free}`;
      const result = await startRun({ ...spec, runDir }).then(
        async (run) => run.exited.then(() => 'started'),
        (error: { code?: string; message: string }) => error.code ?? error.message,
      );
      while (held.length > 0) closeSync(held.pop() ?? -1);
      say({ free, result, open: readdirSync('/proc/self/fd').length });
    }
    clearInterval(stay);
  },
};

async function killShim(pid = 0): Promise<void> {
  process.kill(pid, 'SIGKILL');
  // Time to notice it, look at the backend, and settle for looking at it from time to time.
  await delay(200);
}

function attempt<T>(action: () => T): T | string {
  try {
    return action();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function fill(held: number[]): void {
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch {
    // No more are to be had.
  }
}

await commands[command]?.();
