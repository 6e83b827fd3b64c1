import type { LogEntry } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import { freePort, waitFor } from '@llamactl/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { fail, succeed } from '../../support/call.js';
import { type Followed, follow } from '../../support/follow.js';
import { openRaw, type RawConnection } from '../../support/raw-http.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';

let test: TestServer;
const opened: Disposable[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) each[Symbol.dispose]();
  await test[Symbol.asyncDispose]();
});

type StartOptions = Parameters<typeof startTestServer>;

/** A server with an instance that has run and has a log. */
async function startWithLog(...options: StartOptions): Promise<void> {
  test = await startTestServer(...options);
  await test.server.llamactl.create({
    name: 'a',
    model_path: test.model,
    port: await freePort(),
  });
}
const run = async () => {
  await test.server.llamactl.start('a');
  await test.server.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
};
const open = async (parts?: Parameters<typeof follow>[2]): Promise<Followed> => {
  const followed = await follow(test.server.url, 'a', parts);
  opened.push(followed);
  return followed;
};
const openStalled = async (query = ''): Promise<RawConnection> => {
  const connection = await openRaw(test.server.port);
  opened.push(connection);
  connection.socket.write(
    `GET /api/instances/a/logs?follow=true${query} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  );
  await connection.waitFor(/200 OK/);
  return connection;
};

describe('a followed log', () => {
  it('is JSON lines: the newest lines, then each new one', async () => {
    await startWithLog({}, 'levels');
    await run();
    const before = await test.server.llamactl.logs('a');
    const followed = await open();
    expect(followed.status).toBe(200);
    expect(Object.fromEntries(followed.headers)).toMatchObject({
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
      vary: 'Accept',
    });
    expect(followed.headers.get('content-encoding')).toBeNull();
    await followed.until(({ entries }) => entries.length >= before.length);
    expect(followed.entries.slice(0, before.length)).toEqual(before);
    await test.server.llamactl.restart('a');
    await followed.until(({ entries }) => entries.length >= before.length * 2);
    expectGapless(followed.entries);
    expect(followed.text).toMatch(/^(?:\{"seq":\d+,.*\}\n)+$/);
  });

  it('is server-sent events for those who ask, numbered like its lines', async () => {
    await startWithLog({}, 'levels');
    await run();
    const followed = await open({ accept: 'text/event-stream', query: '&lines=3' });
    expect(followed.headers.get('content-type')).toBe('text/event-stream');
    await followed.until(({ entries }) => entries.length >= 3);
    const [first] = followed.entries;
    expect(followed.text.split('\n\n')[0]).toBe(
      `id: ${first?.seq}\ndata: ${JSON.stringify(first)}`,
    );
  });

  it.each([
    ['text/event-stream, */*;q=0.1', 'text/event-stream'],
    ['application/x-ndjson, text/event-stream;q=0.5', 'application/x-ndjson'],
    ['application/json', 'application/x-ndjson'],
    ['*/*', 'application/x-ndjson'],
  ])('comes in the form that "%s" likes best', async (accept, type) => {
    await startWithLog();
    expect((await open({ accept })).headers.get('content-type')).toBe(type);
  });

  it('goes on where a client of events left off, unless that was in another log', async () => {
    await startWithLog({}, 'levels');
    await run();
    const all = await test.server.llamactl.logs('a');
    const [third] = all.slice(2);
    const comeBack = (lastEventId: string, accept = 'text/event-stream') =>
      open({ accept, headers: { 'last-event-id': lastEventId } });
    const again = await comeBack(`${third?.seq}`);
    await again.until(({ entries }) => entries.length >= all.length - 3);
    expect(again.entries.slice(0, all.length - 3)).toEqual(all.slice(3));
    const others = [comeBack('1000000'), comeBack('x'), comeBack('-1'), comeBack('2', '*/*')];
    for (const followed of await Promise.all(others)) {
      await followed.until(({ entries }) => entries.length >= all.length);
    }
    const nothingMissed = await comeBack(`${all.at(-1)?.seq}`);
    await test.server.llamactl.restart('a');
    await nothingMissed.until(({ entries }) => entries.length > 0);
    expect(nothingMissed.entries[0]?.seq).toBe(Number(all.at(-1)?.seq) + 1);
  });

  it('begins with as many lines as are asked for, of the level that is asked for', async () => {
    await startWithLog({}, 'levels');
    await run();
    const newest = await test.server.llamactl.logs('a', { lines: 2 });
    const two = await open({ query: '&lines=2' });
    await two.until(({ entries }) => entries.length >= 2);
    expect(two.entries.slice(0, 2)).toEqual(newest);
    const warnings = await open({ query: '&level=warn' });
    await warnings.until(({ entries }) => entries.length >= 2);
    await test.server.llamactl.restart('a');
    await warnings.until(({ entries }) => entries.length >= 4);
    expect(warnings.entries.map(({ level }) => level)).toEqual(['warn', 'error', 'warn', 'error']);
  });

  it('answers at once, also when there is no line yet, and shows that it lives', async () => {
    await startWithLog({ timeouts: { heartbeatMs: 50 } });
    const lines = await open();
    await lines.until(({ text }) => text.startsWith('\n\n\n'));
    const events = await open({ accept: 'text/event-stream' });
    await events.until(({ text }) => text.startsWith(':\n\n:\n\n'));
    await run();
    await lines.until(({ entries }) => entries.length > 0);
    expectGapless(lines.entries);
  });

  it('is not asked for a sign of life while it has lines', async () => {
    await startWithLog({ timeouts: { heartbeatMs: 200 } }, 'floods-log', { linesPerSecond: 3_000 });
    await run();
    const followed = await open({ query: '&lines=1' });
    await followed.until(({ entries }) => entries.length > 1_000);
    expect(followed.text).not.toContain('\n\n');
  });

  it('W7: goes through rotations without losing or repeating a line, and ends when the instance is deleted', async () => {
    const options = { config: { logs: { max_file_size: 65_536, max_files: 3 } } };
    const lines = 6_000;
    await startWithLog(options, 'floods-log', { lines, linesPerSecond: 4_000 });
    const followed = await open();
    await run();
    await followed.until(({ text }) => text.includes(`flood line ${lines} `));
    await test.server.llamactl.stop('a', { force: true });
    await test.server.llamactl.waitForStatus('a', 'stopped', { timeoutMs: 20_000 });
    await test.server.llamactl.remove('a');
    expect(await followed.ended).toBe(true);
    expectGapless(followed.entries);
    const numbers = followed.entries.flatMap(
      ({ message }) => /flood line (\d+)/.exec(message)?.[1] ?? [],
    );
    expect(numbers.map(Number)).toEqual(Array.from({ length: lines }, (_, at) => at + 1));
  });

  it('C20: ends cleanly for a client of events when the instance is deleted, and says so', async () => {
    await startWithLog();
    const events = await open({ accept: 'text/event-stream' });
    const plain = await open();
    await test.server.llamactl.remove('a');
    expect(await events.ended).toBe(true);
    expect(events.text).toMatch(/(^|\n\n)event: end\ndata: \{"reason":"instance_deleted"\}\n\n$/);
    expect(await plain.ended).toBe(true);
  });

  it('ends cleanly when the server stops, at once, and does not claim an end for good', async () => {
    await startWithLog();
    const events = await open({ accept: 'text/event-stream' });
    const plain = await open();
    const begun = performance.now();
    await test.server.close();
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(await Promise.all([events.ended, plain.ended])).toEqual([true, true]);
    expect(events.text).not.toContain('event: end');
  });
});

describe('a reader of a followed log', () => {
  it('that is slow misses lines, is told how many, and gets the others in order', async () => {
    await startWithLog({}, 'floods-log', { linesPerSecond: 40_000 });
    await run();
    const slow = await openStalled('&lines=1');
    slow.socket.pause();
    const before = process.memoryUsage().rss;
    const newest = async () => (await test.server.llamactl.logs('a', { lines: 1 }))[0]?.seq ?? 0;
    const begin = await newest();
    await waitFor(async () => (await newest()) > begin + 150_000, { timeoutMs: 50_000 });
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
    await test.server.llamactl.stop('a', { force: true });
    slow.socket.resume();
    const last = await newest();
    await slow.waitFor({ test: (text) => text.includes(`"seq":${last},`) });
    const entries = chunkedEntries(slow.received);
    const seqs = entries.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    const notices = entries.filter(({ message }) => / lines were left out/.test(message));
    expect(notices.length).toBeGreaterThan(0);
    expect(notices.every(({ level }) => level === 'warn')).toBe(true);
    expect(unexplainedGaps(entries)).toEqual([]);
  });

  it('leaves nothing behind: 1 000 times come and gone', async () => {
    let following = 0;
    let ever = 0;
    const count = (llamactl: Llamactl): Llamactl =>
      Object.assign(llamactl, {
        followLogs: countIterators(llamactl.followLogs.bind(llamactl), (change) => {
          following += change;
          if (change > 0) ever += 1;
        }),
      });
    await startWithLog();
    count(test.server.llamactl);
    await run();
    const resources = () => process.getActiveResourcesInfo().length;
    await Promise.all((await Promise.all(Array.from({ length: 10 }, () => open()))).map(leave));
    await waitFor(() => following === 0);
    const before = resources();
    for (let round = 0; round < 100; round += 1) {
      const accept = round % 2 ? 'text/event-stream' : '*/*';
      const followed = await Promise.all(Array.from({ length: 10 }, () => open({ accept })));
      expect(followed.map(({ status }) => status)).toEqual(followed.map(() => 200));
      expect(following).toBe(10);
      await Promise.all(followed.map(leave));
      await waitFor(() => following === 0);
    }
    expect(ever).toBe(1_010);
    // Timers and sockets; those of the client come and go.
    await waitFor(() => resources() < before + 20);
  });
});

describe('C20: the limits of following', () => {
  it('are ten for one address; one that leaves makes room', async () => {
    await startWithLog();
    const followed = await Promise.all(Array.from({ length: 10 }, () => open()));
    const { headers } = await fail(test.server.url, 'getInstanceLogs', 'TOO_MANY_FOLLOWS', {
      name: 'a',
      query: '?follow=true',
    });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    await succeed(test.server.url, 'getInstanceLogs', { name: 'a' });
    await leave(followed[0]);
    await waitFor(async () => {
      const again = await open();
      return again.status === 200;
    });
  });

  it.each([
    ['?lines=1000000000&follow=true', 'lines'],
    ['?lines=-1&follow=true', 'lines'],
    ['?lines=0&follow=true', 'lines'],
    ['?lines=1e2&follow=true', 'lines'],
    ['?level=fatal&follow=true', 'level'],
    ['?follow=yes', 'follow'],
    ['?follow=1', 'follow'],
    ['?follow=true&follow=true', 'follow'],
    ['?followed=true', 'followed'],
  ])('refuse %s', async (query, path) => {
    await startWithLog();
    const { issues } = await fail(test.server.url, 'getInstanceLogs', 'VALIDATION_FAILED', {
      name: 'a',
      query,
    });
    expect(issues?.map((issue) => issue.path)).toEqual([path]);
  });

  it('refuse an instance that does not exist', async () => {
    await startWithLog();
    await fail(test.server.url, 'getInstanceLogs', 'INSTANCE_NOT_FOUND', {
      name: 'nobody',
      query: '?follow=true',
    });
  });

  it('do not count HEAD, which gets the headers and no stream', async () => {
    await startWithLog();
    for (let count = 0; count < 30; count += 1) {
      const response = await fetch(`${test.server.url}/api/instances/a/logs?follow=true`, {
        method: 'HEAD',
        headers: { accept: 'text/event-stream' },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      expect(await response.text()).toBe('');
    }
    expect((await open()).status).toBe(200);
  });
});

async function leave(followed: Followed | undefined): Promise<void> {
  followed?.leave();
  await followed?.ended;
}

function expectGapless(entries: readonly LogEntry[]): void {
  const first = entries[0]?.seq ?? 0;
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => first + at));
}

/** Gaps in the numbers that no notice tells of. */
function unexplainedGaps(entries: readonly LogEntry[]) {
  return entries.filter(({ seq, message }, at) => {
    const step = seq - (entries[at - 1]?.seq ?? seq - 1);
    return step !== 1 && !/left out|skipped/.test(message);
  });
}

/** The entries in a chunked answer. */
function chunkedEntries(received: string): LogEntry[] {
  const body = received.slice(received.indexOf('\r\n\r\n') + 4);
  const lines = body.replaceAll(/(^|\r\n)[0-9a-f]+\r\n/g, '').split('\n');
  return lines
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line));
}

/** Tells of each iteration that begins (1) and ends (-1). */
function countIterators(followLogs: Llamactl['followLogs'], onChange: (change: number) => void) {
  return (...args: Parameters<Llamactl['followLogs']>): AsyncIterable<LogEntry> => ({
    async *[Symbol.asyncIterator]() {
      onChange(1);
      try {
        yield* followLogs(...args);
      } finally {
        onChange(-1);
      }
    },
  });
}
