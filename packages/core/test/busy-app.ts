// A manager under load, to be killed: `program.mjs SETTINGS`. Says when it is ready, then works on instances
// without end: `try OPERATION NAME VALUE` before each operation, `done …` once it is acknowledged.
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createLlamactl, llamaCpp } from '../src/index.js';

interface Settings {
  readonly dataDir: string;
  readonly portRange: readonly [number, number];
  readonly command: string;
  readonly model: string;
  /** Instances that are started once and then left alone. */
  readonly steady: readonly string[];
  /** Instances that are worked on. */
  readonly busy: readonly string[];
  readonly onShutdown?: 'stop' | 'keep';
}

const { dataDir, command, model, steady, busy, ...rest }: Settings = JSON.parse(
  process.argv[2] ?? '',
);
const say = (...words: unknown[]) => console.log(words.join(' '));
const begunAt = performance.now();
const llamactl = await createLlamactl({
  dataDir,
  backends: { 'llama-cpp': llamaCpp({ command }) },
  stopTimeoutMs: 5_000,
  startParallelism: 20,
  ...rest,
});
say('opened', Math.round(performance.now() - begunAt));
process.on('SIGTERM', async () => {
  await llamactl.dispose();
  process.exit(0);
});

const known = new Set(llamactl.list().map(({ name }) => name));
const options = { threads: 1 };
for (const name of steady) {
  if (!known.has(name)) await llamactl.create({ name, model_path: model, options });
}
await Promise.all(
  steady.map(async (name) => {
    if (llamactl.get(name).status === 'stopped') await llamactl.start(name);
    await llamactl.waitForStatus(name, 'running', { timeoutMs: 60_000 });
  }),
);
say('pids', JSON.stringify(steady.map((name) => llamactl.get(name).pid)));
say('ready', Math.round(performance.now() - begunAt));

const operations: Record<string, (name: string, value: number) => Promise<unknown>> = {
  create: (name, value) =>
    llamactl.create({ name, model_path: model, options: { ...options, seed: value } }),
  update: (name, value) => llamactl.update(name, { options: { seed: value } }),
  start: (name) => llamactl.start(name),
  stop: (name) => llamactl.stop(name, { timeoutMs: 500 }),
  restart: (name) => llamactl.restart(name),
  remove: (name) => llamactl.remove(name),
};
// Likely ones more than once.
const names = ['create', 'create', 'update', 'start', 'start', 'stop', 'restart', 'remove'];

async function work(name: string): Promise<never> {
  for (;;) {
    const operation = names[randomInt(names.length)] ?? 'start';
    const value = randomInt(1_000_000);
    say('try', operation, name, value);
    await operations[operation]?.(name, value).then(
      () => say('done', operation, name, value),
      () => say('refused', operation, name, value),
    );
    await delay(randomInt(60));
  }
}

await Promise.all(busy.map(work));
setInterval(() => {}, 60_000);
