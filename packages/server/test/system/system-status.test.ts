import type { Instance, InstanceStatus } from '@llamactl/contract';
import { freePort, waitFor } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { countInstances } from '../../src/system/system-status.js';
import { packageVersion } from '../../src/system/version.js';
import { succeed } from '../support/call.js';
import { startTestServer } from '../support/test-server.js';

describe('countInstances', () => {
  it('counts by state; failed ones are stopped too', () => {
    const states: InstanceStatus[] = [
      'failed',
      'failed',
      'stopped',
      'running',
      'starting',
      'stopping',
    ];
    expect(countInstances(states.map((status) => ({ status }) as Instance))).toEqual({
      total: 6,
      running: 1,
      stopped: 3,
      starting: 1,
      stopping: 1,
      failed: 2,
    });
  });
});

describe('the system', () => {
  it('tells its state', async () => {
    await using test = await startTestServer();
    const { llamactl, url } = test.server;
    for (const name of ['a', 'b']) {
      await llamactl.create({ name, model_path: test.model, port: await freePort() });
    }
    await llamactl.start('a');
    await llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
    const status = await succeed(url, 'getSystemStatus');
    expect(status).toMatchObject({
      version: packageVersion(),
      instances: { total: 2, running: 1, stopped: 1, starting: 0, stopping: 0, failed: 0 },
    });
    expect(status.resources.memory_usage).toBeGreaterThan(0);
    expect(status.resources.memory_usage).toBeLessThan(status.resources.memory_total);
    await waitFor(async () => (await succeed(url, 'getSystemStatus')).uptime >= 1);
  });

  it('tells what it is', async () => {
    await using test = await startTestServer();
    const info = await succeed(test.server.url, 'getSystemInfo');
    const { resources, version } = await succeed(test.server.url, 'getSystemStatus');
    // The tests run the sources.
    expect(info).toMatchObject({ version, memory_total: resources.memory_total, build_time: null });
    expect(info.os).toMatch(/^(linux|darwin|windows|freebsd)$/);
    expect(info.arch).toMatch(/^(amd64|arm64|arm|386|riscv64|ppc64|s390x)$/);
    expect(info.cpu_count).toBeGreaterThan(0);
    expect(info.hostname).not.toBe('');
  });
});
