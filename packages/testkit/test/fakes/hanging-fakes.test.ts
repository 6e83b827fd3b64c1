import { expect, it } from 'vitest';
import { runReady } from './running-fake.js';

const soon = () => ({ signal: AbortSignal.timeout(300) });

it('answers-only-health leaves every other question open', async () => {
  await using fake = await runReady('answers-only-health');
  await expect(fake.get('/metrics', soon())).rejects.toThrow(/timeout/);
  expect((await fake.get('/health')).status).toBe(200);
});

it('goes-silent answers until it is told not to', async () => {
  await using fake = await runReady('goes-silent');
  await fake.post('/_silence');
  await expect(fake.get('/health', soon())).rejects.toThrow(/timeout/);
});

it('works-deaf works for as long as it is told to, then answers again', async () => {
  await using fake = await runReady('works-deaf', '--fake-delay-ms', '200');
  const [work, health] = await Promise.all([fake.post('/_work'), fake.get('/health')]);
  expect([work.status, health.status]).toEqual([200, 200]);
});
