import { waitFor } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/log/logger.js';
import { call } from '../support/call.js';
import { follow } from '../support/follow.js';
import { useFollowScene } from '../support/follow-scene.js';
import { openRaw } from '../support/raw-http.js';

const scene = useFollowScene();
const head = 'HTTP/1.1\r\nHost: localhost\r\n\r\n';
const followed = `GET /api/instances/a/logs?follow=true ${head}`;

async function underWay(): Promise<number> {
  const { answer } = await call(scene.test.server.url, 'listRequests', {});
  return (answer as { requests: unknown[] }).requests.length;
}

/** Follows a log, sends more on the same connection, and leaves when `isIn` says that it came in. */
async function queueAndLeave(more: string, isIn: () => Promise<boolean>) {
  const connection = await openRaw(scene.test.server.port);
  connection.socket.write(followed + more);
  await connection.waitFor(/200 OK/);
  await waitFor(isIn);
  connection.socket.destroy();
}

describe('requests that wait behind another on a connection, when their client leaves', () => {
  it('are not under way any more', async () => {
    await scene.startWithLog();
    await queueAndLeave(`GET /v1/models ${head}`, async () => (await underWay()) === 1);
    await waitFor(async () => (await underWay()) === 0);
  });

  it('give back what they were counted for', async () => {
    await scene.startWithLog();
    const { url } = scene.test.server;
    const statusOfAnother = async () => {
      using another = await follow(url, 'a');
      return another.status;
    };
    await queueAndLeave(followed.repeat(9), async () => (await statusOfAnother()) === 429);
    await waitFor(async () => (await statusOfAnother()) === 200);
  });

  it('do not hold up the end of the server', async () => {
    let ended = 0;
    const debug = () => {
      ended += 1;
    };
    await scene.startWithLog({ logger: { ...silentLogger, debug } });
    await queueAndLeave(`GET /v1/models ${head}`, async () => (await underWay()) === 1);
    const before = ended;
    // The one that was answered ends in any case.
    await waitFor(() => ended > before);
    const begun = performance.now();
    await scene.test.server.close();
    // Those who are still there get ten seconds.
    expect(performance.now() - begun).toBeLessThan(8_000);
  });
});
