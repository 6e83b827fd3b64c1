import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { LlamactlClient } from '@llamactl/client';
import { makeTinyGguf, seededRandom, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import type { Target } from '../system/mixed-load/aborted-requests.js';
import { BusyStops, stopsIn } from '../system/mixed-load/busy-stops.js';
import { type LoadResult, runLoad } from '../system/mixed-load/run-load.js';
import { SlotWatch } from '../system/mixed-load/slot-watch.js';
import { wholeRequests } from '../system/mixed-load/whole-answers.js';
import { serve } from '../system/serve.js';
import { watch } from '../system/watcher.js';

const isFull = process.env.LLAMACTL_TEST_FULL === '1';
const requests = isFull ? 10_000 : 200;
const models = ['one', 'two', 'three'];

test(
  `P1, P3, P13: ${requests} mixed requests to three models with room for two`,
  async () => {
    await using dir = await tempDir('llamactl-mixed-');
    await using system = await serve(undefined, { LLAMACTL_INSTANCES__MAX_RUNNING: '2' });
    const client = new LlamactlClient({ baseUrl: system.url });
    const targets: Target[] = [];
    for (const [index, name] of models.entries()) {
      const model_path = await makeTinyGguf(join(dir.path, `${name}.gguf`), { seed: index });
      const options = { threads: 1, context_size: 2_048, parallel: 4, context_shift: true };
      const { port } = await client.createInstance({ name, model_path, options });
      targets.push({ url: system.url, model: name, slots: new SlotWatch(port) });
    }
    const watcher = watch(client);
    const busyStops = new BusyStops(client);
    const seed = randomInt(2 ** 32);
    const begun = performance.now();
    const result = await runLoad(targets, { requests, atOnce: 12, random: seededRandom(seed) });
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);

    const left = await Promise.all(targets.map(({ slots }) => slots.seeds()));
    const busy = await busyStops.among(watcher.messages);
    const stops = stopsIn(watcher.messages).length;
    await watcher.end();
    console.log(
      `${requests} requests in ${seconds} s (seed ${seed}): ${figures(result)}; ` +
        `${stops} evictions, ${busy.length} of a busy model; ${result.failures.length} failures`,
    );
    expect(result.failures.slice(0, 10)).toEqual([]);
    expect(busy).toEqual([]);
    // Nobody asks for anything any more.
    for (const seeds of left) expect([...(seeds ?? [])]).toEqual([]);
    // Else it has shown nothing.
    expect(stops).toBeGreaterThan(2);
    expect(result.answered.size).toBe(wholeRequests.length);
    for (const outcomes of result.freed.values()) {
      expect(outcomes.filter(({ by }) => by === 'cancel').length).toBeGreaterThan(0);
    }
  },
  isFull ? 30 * 60_000 : 60_000,
);

/** What was asked and answered, in one line. */
function figures({ answered, freed }: LoadResult): string {
  const whole = [...answered].map(([what, count]) => `${count} ${what}`);
  const outcomes = [...freed.values()].flat();
  const seen = outcomes.filter(({ by }) => by === 'cancel').map(({ ms }) => ms);
  seen.sort((a, b) => a - b);
  const at = (part: number) => (seen[Math.floor((seen.length - 1) * part)] ?? 0).toFixed(0);
  const left = [...freed].map(([when, { length }]) => `${length} left ${when}`);
  return [
    ...[...whole, ...left],
    `${seen.length} slots seen free, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms later`,
    `${outcomes.length - seen.length} left instances that were stopped before the look`,
  ].join(', ');
}
