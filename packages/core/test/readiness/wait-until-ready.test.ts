import type { LogEntry } from '@llamactl/contract';
import { expect, test } from 'vitest';
import type { ProbeResult } from '../../src/backends/backend.js';
import { type ReadinessSpec, waitUntilReady } from '../../src/readiness/wait-until-ready.js';

const announcement: LogEntry = {
  seq: 1,
  timestamp: '2024-01-15T10:30:00Z',
  level: 'info',
  message: 'listening',
};

/** A backend made of plain functions, whose log can be spoken by the test. */
function scene(
  answers: () => ProbeResult,
  changes: Partial<ReadinessSpec> = {},
  said: readonly LogEntry[] = [],
) {
  const listeners = new Set<(entry: LogEntry) => void>();
  let probes = 0;
  const spec: ReadinessSpec = {
    backend: {
      isReady: (message) => message === 'listening',
      probe: async () => {
        probes++;
        return answers();
      },
    },
    log: {
      onEntry(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      read: async () => [...said],
    },
    logSeq: 0,
    host: '127.0.0.1',
    port: 1,
    ownsPort: () => true,
    exited: new Promise(() => {}),
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    ...changes,
  };
  return {
    wait: () => waitUntilReady(spec),
    announce: () => {
      for (const listener of listeners) listener(announcement);
    },
    listeners,
    probes: () => probes,
  };
}

test('ready when our own server answers, though its log says nothing', async () => {
  let asked = 0;
  const { wait, listeners } = scene(() => (++asked < 3 ? 'loading' : 'ok'));
  expect(await wait()).toBe('ready');
  expect(listeners.size).toBe(0);
});

test('a timeout longer than a timer takes is no short one', async () => {
  let asked = 0;
  const answers = () => (++asked < 3 ? ('loading' as const) : ('ok' as const));
  for (const timeoutMs of [Number.POSITIVE_INFINITY, 2 ** 31]) {
    asked = 0;
    expect(await scene(answers, { timeoutMs }).wait()).toBe('ready');
  }
});

test('an answer of a foreign server on our port is not readiness', async () => {
  const { wait } = scene(() => 'ok', { ownsPort: () => false, timeoutMs: 150 });
  expect(await wait()).toBe('timeout');
});

test('a log line alone is not readiness while nothing answers', async () => {
  const { wait, announce } = scene(() => 'none', { timeoutMs: 150 });
  const waiting = wait();
  announce();
  expect(await waiting).toBe('timeout');
});

test('the log line ends the pause between probes', async () => {
  let ready = false;
  const { wait, announce, probes } = scene(() => (ready ? 'ok' : 'loading'), {
    ownsPort: () => false,
  });
  const waiting = wait();
  await expect.poll(probes).toBeGreaterThan(2);
  ready = true;
  announce();
  expect(await waiting).toBe('ready');
});

test('a log line that came before anybody listened counts, unless it is of an earlier run', async () => {
  const foreign = { ownsPort: () => false, timeoutMs: 2_000 };
  const said = [announcement, { ...announcement, seq: 2, message: 'begin' }];
  expect(await scene(() => 'ok', { ...foreign, logSeq: 0 }, said).wait()).toBe('ready');
  const late = { ...foreign, timeoutMs: 150, logSeq: 1 };
  expect(await scene(() => 'ok', late, said).wait()).toBe('timeout');
});

test('a log that cannot be read leaves it to what comes, and to the probes', async () => {
  const { wait } = scene(() => 'ok', {
    log: { onEntry: () => () => {}, read: () => Promise.reject(new Error('no disk')) },
  });
  expect(await wait()).toBe('ready');
});

test('where the platform cannot tell whose the port is, the answer counts', async () => {
  const { wait } = scene(() => 'ok', { ownsPort: () => null });
  expect(await wait()).toBe('ready');
});

test('the end of the process, a stop and the deadline each end the wait', async () => {
  const loading = () => 'loading' as const;
  expect(await scene(loading, { exited: Promise.resolve() }).wait()).toBe('exited');
  expect(await scene(loading, { signal: AbortSignal.abort() }).wait()).toBe('aborted');
  expect(await scene(loading, { timeoutMs: 30 }).wait()).toBe('timeout');
});

test('a probe that hangs is cut off at the deadline', async () => {
  const { wait } = scene(loadingForever, {
    timeoutMs: 50,
    backend: {
      isReady: () => false,
      probe: (_host, _port, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve('timeout'));
        }),
    },
  });
  expect(await wait()).toBe('timeout');
});

function loadingForever(): ProbeResult {
  return 'loading';
}
