import { describe, expect, it } from 'vitest';
import { useFollowScene } from '../../support/follow-scene.js';
import { expectGapless } from '../../support/log-entries.js';

const scene = useFollowScene();

describe('a followed log', () => {
  it('is JSON lines: the newest lines, then each new one', async () => {
    await scene.startWithLog({}, 'levels');
    await scene.runToLastLine();
    const before = await scene.test.server.llamactl.logs('a');
    const followed = await scene.open();
    expect(followed.status).toBe(200);
    expect(Object.fromEntries(followed.headers)).toMatchObject({
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
      vary: 'Origin, Accept',
    });
    expect(followed.headers.get('content-encoding')).toBeNull();
    await followed.until(({ entries }) => entries.length >= before.length);
    expect(followed.entries.slice(0, before.length)).toEqual(before);
    await scene.test.server.llamactl.restart('a');
    await followed.until(({ entries }) => entries.length >= before.length * 2);
    expectGapless(followed.entries);
    expect(followed.text).toMatch(/^(?:\{"seq":\d+,.*\}\n)+$/);
  });

  it('is server-sent events for those who ask, numbered like its lines', async () => {
    await scene.startWithLog({}, 'levels');
    await scene.runToLastLine();
    const followed = await scene.open({ accept: 'text/event-stream', query: '&lines=3' });
    expect(followed.headers.get('content-type')).toBe('text/event-stream');
    await followed.until(({ entries }) => entries.length >= 3);
    const [first] = followed.entries;
    const epoch = followed.headers.get('x-log-epoch');
    expect(epoch).toMatch(/^[\w-]{12}$/);
    expect(followed.text.split('\n\n')[0]).toBe(
      `id: ${epoch}:${first?.seq}\ndata: ${JSON.stringify(first)}`,
    );
  });

  it.each([
    ['text/event-stream, */*;q=0.1', 'text/event-stream'],
    ['application/x-ndjson, text/event-stream;q=0.5', 'application/x-ndjson'],
    ['application/json', 'application/x-ndjson'],
    ['*/*', 'application/x-ndjson'],
  ])('comes in the form that "%s" likes best', async (accept, type) => {
    await scene.startWithLog();
    expect((await scene.open({ accept })).headers.get('content-type')).toBe(type);
  });

  it('begins with as many lines as are asked for, of the level that is asked for', async () => {
    await scene.startWithLog({}, 'levels');
    await scene.runToLastLine();
    const newest = await scene.test.server.llamactl.logs('a', { lines: 2 });
    const two = await scene.open({ query: '&lines=2' });
    await two.until(({ entries }) => entries.length >= 2);
    expect(two.entries.slice(0, 2)).toEqual(newest);
    const warnings = await scene.open({ query: '&level=warn' });
    await warnings.until(({ entries }) => entries.length >= 2);
    await scene.test.server.llamactl.restart('a');
    await warnings.until(({ entries }) => entries.length >= 4);
    expect(warnings.entries.map(({ level }) => level)).toEqual(['warn', 'error', 'warn', 'error']);
  });

  it('answers at once, also when there is no line yet, and shows that it lives', async () => {
    await scene.startWithLog({ timeouts: { heartbeatMs: 50 } });
    const lines = await scene.open();
    await lines.until(({ text }) => text.startsWith('\n\n\n'));
    const events = await scene.open({ accept: 'text/event-stream' });
    await events.until(({ text }) => text.startsWith(':\n\n:\n\n'));
    await scene.run();
    await lines.until(({ entries }) => entries.length > 0);
    expectGapless(lines.entries);
  });

  it('W7: goes through rotations without losing or repeating a line, and ends when the instance is deleted', async () => {
    const options = { config: { logs: { max_file_size: 65_536, max_files: 3 } } };
    const lines = 6_000;
    await scene.startWithLog(options, 'floods-log', { lines, linesPerSecond: 4_000 });
    const followed = await scene.open();
    await scene.run();
    await followed.until(({ text }) => text.includes(`flood line ${lines} `));
    await scene.test.server.llamactl.stop('a', { force: true });
    await scene.test.server.llamactl.waitForStatus('a', 'stopped', { timeoutMs: 20_000 });
    await scene.test.server.llamactl.remove('a');
    expect(await followed.ended).toBe(true);
    expectGapless(followed.entries);
    const numbers = followed.entries.flatMap(
      ({ message }) => /flood line (\d+)/.exec(message)?.[1] ?? [],
    );
    expect(numbers.map(Number)).toEqual(Array.from({ length: lines }, (_, at) => at + 1));
  });

  it('C20: ends cleanly for a client of events when the instance is deleted, and says so', async () => {
    await scene.startWithLog();
    const events = await scene.open({ accept: 'text/event-stream' });
    const plain = await scene.open();
    await scene.test.server.llamactl.remove('a');
    expect(await events.ended).toBe(true);
    expect(events.text).toMatch(/(^|\n\n)event: end\ndata: \{"reason":"instance_deleted"\}\n\n$/);
    expect(await plain.ended).toBe(true);
  });

  it('ends cleanly when the server stops, at once, and does not claim an end for good', async () => {
    await scene.startWithLog();
    const events = await scene.open({ accept: 'text/event-stream' });
    const plain = await scene.open();
    const begun = performance.now();
    await scene.test.server.close();
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(await Promise.all([events.ended, plain.ended])).toEqual([true, true]);
    expect(events.text).not.toContain('event: end');
  });
});
