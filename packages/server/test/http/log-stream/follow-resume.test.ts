import type { LogEntry } from '@llamactl/contract';
import { tempDir } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import type { Followed } from '../../support/follow.js';
import { useFollowScene } from '../../support/follow-scene.js';

const scene = useFollowScene();
const accept = 'text/event-stream';

const comeBack = (lastEventId: string, query = '') =>
  scene.open({ accept, headers: { 'last-event-id': lastEventId }, query });
const logOf = () => scene.test.server.llamactl.logs('a');
const has = (count: number) => (followed: Followed) => followed.entries.length >= count;

/** The ids of the events in what a client has got so far. */
async function idsOf(followed: Followed, count: number): Promise<string[]> {
  await followed.until(has(count));
  return [...followed.text.matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id);
}

/** A run from begin to end, so that the log stands still. */
async function fill(): Promise<LogEntry[]> {
  await scene.run();
  await scene.test.server.llamactl.stop('a', { force: true });
  await scene.test.server.llamactl.waitForStatus('a', 'stopped', { timeoutMs: 20_000 });
  return logOf();
}

/** Deletes the instance, and makes one of that name that runs as long. */
async function replace(): Promise<LogEntry[]> {
  const { port } = scene.test.server.llamactl.get('a');
  await scene.test.server.llamactl.remove('a');
  await scene.test.server.llamactl.create({ name: 'a', model_path: scene.test.model, port });
  return fill();
}

it('a client of events goes on where it left off', async () => {
  await scene.startWithLog({}, 'levels');
  const all = await fill();
  const ids = await idsOf(await scene.open({ accept }), all.length);
  const again = await comeBack(ids[2] ?? '', '&lines=1');
  await again.until(has(all.length - 3));
  expect(again.entries).toEqual(all.slice(3));
  const serious = await comeBack(ids[0] ?? '', '&level=warn');
  await serious.until(has(2));
  expect(serious.entries.map(({ level }) => level)).toEqual(['warn', 'error']);
  const nothingMissed = await comeBack(ids.at(-1) ?? '');
  await scene.run();
  await nothingMissed.until(has(1));
  expect(nothingMissed.entries[0]?.seq).toBe(Number(all.at(-1)?.seq) + 1);
});

it('W7: a client of events misses no line of an instance that was deleted and made anew', async () => {
  await scene.startWithLog({}, 'levels');
  const before = await fill();
  const followed = await scene.open({ accept });
  const ids = await idsOf(followed, before.length);
  const anew = await replace();
  expect(await followed.ended).toBe(true);
  expect(anew.at(-1)?.seq).toBeGreaterThanOrEqual(Number(before.at(-1)?.seq));
  const again = await comeBack(ids.at(-1) ?? '');
  await again.until(has(anew.length));
  expect(again.entries).toEqual(anew);
  expect(await idsOf(again, anew.length)).not.toContain(ids.at(-1));
  const few = await comeBack(ids.at(-1) ?? '', '&lines=2');
  await few.until(has(2));
  expect(few.entries).toEqual(anew.slice(-2));
});

it('a client of events goes on where it left off after the server was started anew', async () => {
  await using data = await tempDir();
  const dataDir = data.path;
  await scene.startWithLog({ dataDir }, 'levels');
  const before = await fill();
  const ids = await idsOf(await scene.open({ accept }), before.length);
  await scene[Symbol.asyncDispose]();
  await scene.startAgain({ dataDir }, 'levels');
  const all = await logOf();
  const again = await comeBack(ids[1] ?? '');
  await again.until(has(all.length - 2));
  expect(again.entries).toEqual(all.slice(2));
});

it.each([
  ['of another log', 'AAAAAAAAAAAA:2'],
  ['that is no number', 'x'],
  ['that is a number alone, as of an older server', '2'],
  ['that is a negative number', '-1'],
])('an id %s begins anew', async (_, lastEventId) => {
  await scene.startWithLog({}, 'levels');
  const all = await fill();
  const followed = await comeBack(lastEventId);
  await followed.until(has(all.length));
  expect(followed.entries).toEqual(all);
});

it('an id that the log has not come to yet begins anew', async () => {
  await scene.startWithLog({}, 'levels');
  const all = await fill();
  const epoch = (await scene.open()).headers.get('x-log-epoch');
  const followed = await comeBack(`${epoch}:1000000`);
  await followed.until(has(all.length));
  expect(followed.entries).toEqual(all);
});

it('JSON lines tell of which log they are, in a header, and begin as asked whatever a client has seen', async () => {
  await scene.startWithLog({}, 'levels');
  const all = await fill();
  const epochs: (string | null)[] = [];
  const first = await scene.open();
  const epoch = first.headers.get('x-log-epoch');
  epochs.push(epoch);
  const again = await scene.open({ headers: { 'last-event-id': `${epoch}:2` } });
  await again.until(has(all.length));
  expect(again.entries).toEqual(all);
  epochs.push(again.headers.get('x-log-epoch'));
  await replace();
  epochs.push((await scene.open()).headers.get('x-log-epoch'));
  expect(epochs).toEqual([epoch, epoch, expect.stringMatching(/^[\w-]{12}$/)]);
  expect(epochs[2]).not.toBe(epoch);
});
