import { waitFor } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { fail, succeed } from '../../support/call.js';
import { leave, useFollowScene } from '../../support/follow-scene.js';

const scene = useFollowScene();

describe('C20: the limits of following', () => {
  it('are ten for one address; one that leaves makes room', async () => {
    await scene.startWithLog();
    const followed = await Promise.all(Array.from({ length: 10 }, () => scene.open()));
    const { headers } = await fail(scene.test.server.url, 'getInstanceLogs', 'TOO_MANY_FOLLOWS', {
      name: 'a',
      query: '?follow=true',
    });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    await succeed(scene.test.server.url, 'getInstanceLogs', { name: 'a' });
    await leave(followed[0]);
    await waitFor(async () => {
      const again = await scene.open();
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
    await scene.startWithLog();
    const { issues } = await fail(scene.test.server.url, 'getInstanceLogs', 'VALIDATION_FAILED', {
      name: 'a',
      query,
    });
    expect(issues?.map((issue) => issue.path)).toEqual([path]);
  });

  it('refuse an instance that does not exist', async () => {
    await scene.startWithLog();
    await fail(scene.test.server.url, 'getInstanceLogs', 'INSTANCE_NOT_FOUND', {
      name: 'nobody',
      query: '?follow=true',
    });
  });

  it('do not count HEAD, which gets the headers and no stream', async () => {
    await scene.startWithLog();
    for (let count = 0; count < 30; count += 1) {
      const response = await fetch(`${scene.test.server.url}/api/instances/a/logs?follow=true`, {
        method: 'HEAD',
        headers: { accept: 'text/event-stream' },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      expect(await response.text()).toBe('');
    }
    expect((await scene.open()).status).toBe(200);
  });
});
