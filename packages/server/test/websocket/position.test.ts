import type { ServerMessage } from '@llamactl/contract';
import { freePort, waitFor } from '@llamactl/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSocket } from '../support/open-socket.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const pingMs = 100;
let test: TestServer;

beforeEach(async () => {
  test = await startTestServer({ timeouts: { pingMs, silenceMs: 600 * pingMs } });
  const { llamactl } = test.server;
  await llamactl.create({ name: 'a', model_path: test.model, port: await freePort() });
});
afterEach(() => test[Symbol.asyncDispose]());

const open = (query = '') => openSocket(test.server.url, { query });
const change = (text: string) => test.server.llamactl.update('a', { env: { HF_HOME: text } });
const seqNow = () => test.server.llamactl.feed.seq;
const isHello = ({ type }: ServerMessage) => type === 'hello';
const typesOf = (messages: readonly ServerMessage[]) => messages.map(({ type }) => type);

/** Resolves after as many pings. */
function pings({ socket }: Awaited<ReturnType<typeof open>>, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    socket.on('ping', () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
}

describe('a socket that is not told of what happens', () => {
  it('is told now and then how far the numbers are, and only when they have moved on', async () => {
    using socket = await open('?types=system_alert');
    const { epoch } = await socket.first('snapshot');
    await change('1');
    await change('2');
    const hello = await socket.find((message) => isHello(message) && message.seq === seqNow());
    expect(hello).toMatchObject({ epoch, data: socket.messages[0]?.data });
    const told = socket.messages.length;
    await pings(socket, 5);
    expect(socket.messages).toHaveLength(told);
    await change('3');
    await socket.find((message) => isHello(message) && message.seq === seqNow());
    const [first, second, ...others] = typesOf(socket.messages);
    expect([first, second, ...new Set(others)]).toEqual(['hello', 'snapshot', 'hello']);
    expect(others).toHaveLength(told - 1);
  });

  it('is told no more often than it is pinged', async () => {
    using socket = await open('?types=system_alert');
    await socket.first('snapshot');
    let isOver = false;
    const changing = (async () => {
      for (let round = 0; !isOver; round += 1) await change(String(round));
    })();
    let count = 0;
    socket.socket.on('ping', () => {
      count += 1;
    });
    await waitFor(() => count === 10);
    isOver = true;
    await changing;
    const hellos = socket.messages.filter(isHello).length - 1;
    expect(hellos).toBeGreaterThan(3);
    expect(hellos).toBeLessThanOrEqual(count + 1);
  });

  it('W4: comes back without a gap, however many other events there were', async () => {
    using socket = await open('?types=instance_deleted');
    const snapshot = await socket.first('snapshot');
    // More than the server remembers.
    for (let round = 0; round < 20; round += 1) await change(`${round}`.padEnd(1_000_000, 'x'));
    const hello = await socket.find((message) => isHello(message) && message.seq === seqNow());
    socket.socket.terminate();
    await test.server.llamactl.remove('a');
    const comeBack = ({ epoch, seq }: ServerMessage) =>
      open(`?types=instance_deleted&since=${epoch}:${seq}`);
    using again = await comeBack(hello);
    await again.first('instance_deleted');
    expect(typesOf(again.messages)).toEqual(['hello', 'instance_deleted']);
    using late = await comeBack(snapshot);
    await late.first('snapshot');
    expect(typesOf(late.messages)).toEqual(['hello', 'gap', 'snapshot']);
  });

  it('is told after a replay that had nothing for it, too', async () => {
    using before = await open();
    const { epoch, seq } = await before.first('snapshot');
    await change('1');
    using socket = await open(`?types=system_alert&since=${epoch}:${seq}`);
    await socket.find((message) => isHello(message) && message.seq === seqNow());
    expect(socket.messages.map((message) => message.seq - seq)).toEqual([0, 1]);
  });
});

describe('a socket that is told of everything', () => {
  it('knows from the events themselves', async () => {
    using socket = await open();
    await socket.first('snapshot');
    await change('1');
    await socket.first('instance_updated');
    await pings(socket, 5);
    expect(typesOf(socket.messages)).toEqual(['hello', 'snapshot', 'instance_updated']);
  });
});
