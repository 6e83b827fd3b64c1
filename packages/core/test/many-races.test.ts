import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, processesWithMarker } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { LlamactlError } from '../src/index.js';
import { cheapBackend } from './cheap-backend.js';
import { deadlineMs, type Lab, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };
const isFull = process.env.LLAMACTL_TEST_FULL === '1';

/** Instances that are raced side by side, to make use of the time that each one waits. */
const lanes = 8;

const openCheapLab = () => openLab({ backends: { 'llama-cpp': cheapBackend() } });

/** Runs rounds in all lanes until there were as many as wanted. */
async function inLanes(rounds: number, run: (lane: number, round: number) => Promise<void>) {
  let next = 0;
  const runLane = async (_: unknown, lane: number) => {
    while (next < rounds) await run(lane, next++);
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
}

/** Gives way to what else happens: none, some turns of the microtasks or of the event loop, or some milliseconds. */
async function hesitate(): Promise<void> {
  const kind = randomInt(4);
  if (kind === 3) return delay(randomInt(12));
  for (let turns = kind === 0 ? 0 : randomInt(8); turns > 0; turns -= 1) {
    await (kind === 1 ? null : new Promise(setImmediate));
  }
}

/** Notes each process that is started while the one before of the same instance lives. */
function watchOverlaps({ llamactl }: Lab): string[] {
  const overlaps: string[] = [];
  const pids = new Map<string, number>();
  llamactl.on('instance_status_changed', ({ instance: { name, status, pid } }) => {
    if (status !== 'starting' || pid === null) return;
    const before = pids.get(name);
    if (before !== undefined && isAlive(before)) overlaps.push(`${name}: ${before} and ${pid}`);
    pids.set(name, pid);
  });
  return overlaps;
}

const processesOf = (name: string) => processesWithMarker(`LLAMACTL_INSTANCE=${name}`);

/** The code that an operation was refused with; null when it was accepted. */
async function codeOf(operation: Promise<unknown>): Promise<string | null> {
  try {
    await operation;
    return null;
  } catch (error) {
    if (LlamactlError.is(error)) return error.code;
    throw error;
  }
}

test.each([80, ...(isFull ? [10_000] : [])])(
  'C2: in %d pairs of a start and a stop at once the last one that was accepted wins, and there is never a second process',
  { timeout: 3_600_000 },
  async (rounds) => {
    await using lab = await openCheapLab();
    const { llamactl } = lab;
    const overlaps = watchOverlaps(lab);
    const ends = { running: 0, stopped: 0 };
    const run = randomUUID();
    const nameOf = (lane: number) => `c2-${lane}-${run}`;
    for (let lane = 0; lane < lanes; lane += 1) await lab.create(nameOf(lane));
    await inLanes(rounds, async (lane, round) => {
      const name = nameOf(lane);
      let last: 'running' | 'stopped' =
        llamactl.get(name).status === 'running' ? 'running' : 'stopped';
      const attempt = async (operation: 'start' | 'stop') => {
        await hesitate();
        const code = await codeOf(llamactl[operation](name));
        if (code === null) last = operation === 'start' ? 'running' : 'stopped';
        else expect(code).toMatch(/^INSTANCE_(ALREADY_RUNNING|STOPPING|NOT_RUNNING)$/);
      };
      await Promise.all([attempt('start'), attempt('stop')]);
      await llamactl.waitForStatus(name, last, within);
      // Whatever was asked for before has been done when this answers.
      await llamactl.update(name, {});
      const { status, pid } = llamactl.get(name);
      expect(status).toBe(last);
      expect(pid !== null && isAlive(pid)).toBe(last === 'running');
      ends[last] += 1;
      if (round % 100 === 0) expect(processesOf(name).length > 0).toBe(last === 'running');
    });
    expect(overlaps).toEqual([]);
    expect(Math.min(ends.running, ends.stopped)).toBeGreaterThan(rounds / 20);
    await llamactl.stopAll();
    for (let lane = 0; lane < lanes; lane += 1) {
      await llamactl.waitForStatus(nameOf(lane), 'stopped', within);
      expect(processesOf(nameOf(lane))).toEqual([]);
    }
  },
);

test.each([40, ...(isFull ? [1_000] : [])])(
  'C4: of %d deletes and starts at once exactly one succeeds each time, and no process is left without a definition',
  { timeout: 3_600_000 },
  async (rounds) => {
    await using lab = await openCheapLab();
    const { llamactl } = lab;
    const won = { start: 0, remove: 0 };
    await inLanes(rounds, async (_, round) => {
      const name = `c4-${round}-${randomUUID()}`;
      await lab.create(name);
      const later = async (operation: 'start' | 'remove') => {
        await hesitate();
        return codeOf(llamactl[operation](name));
      };
      const [start, remove] = await Promise.all([later('start'), later('remove')]);
      if (start === null) {
        won.start += 1;
        expect(remove).toBe('INSTANCE_NOT_STOPPED');
        await llamactl.stop(name, { force: true });
        await llamactl.waitForStatus(name, 'stopped', within);
        await llamactl.remove(name);
      } else {
        won.remove += 1;
        expect({ start, remove }).toEqual({ start: 'INSTANCE_NOT_FOUND', remove: null });
      }
      expect(processesOf(name)).toEqual([]);
    });
    expect(Math.min(won.start, won.remove)).toBeGreaterThan(rounds / 20);
    expect(llamactl.list()).toEqual([]);
  },
);
