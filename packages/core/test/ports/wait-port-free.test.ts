import { freePort, occupyPort } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { waitPortFree } from '../../src/ports/wait-port-free.js';

const host = '127.0.0.1';

test('a free port is not waited for', async () => {
  expect(await waitPortFree(host, await freePort(), { timeoutMs: 0 })).toBe(true);
});

test('the wait ends when the port is let go', async () => {
  await using other = await occupyPort();
  const waiting = waitPortFree(host, other.port, { timeoutMs: 10_000 });
  await other.close();
  expect(await waiting).toBe(true);
});

test('the wait ends at the deadline and by the signal, and tells that the port is not free', async () => {
  await using other = await occupyPort();
  expect(await waitPortFree(host, other.port, { timeoutMs: 30 })).toBe(false);
  const abort = new AbortController();
  const waiting = waitPortFree(host, other.port, { timeoutMs: 60_000, signal: abort.signal });
  abort.abort();
  expect(await waiting).toBe(false);
});
