import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance, ServerMessage } from '@llamactl/contract';
import { freePort, waitFor } from '@llamactl/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSocket } from '../support/open-socket.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;

beforeEach(async () => {
  test = await startTestServer({ config: { metrics: { interval: 0.1 } } });
});
afterEach(() => test[Symbol.asyncDispose]());

const open = (query = '') => openSocket(test.server.url, { query });
const create = async (name: string) =>
  test.server.llamactl.create({ name, model_path: test.model, port: await freePort() });
const rename = (name: string, threads: number) =>
  test.server.llamactl.update(name, { options: { threads } });
const seqOf = ({ epoch, seq }: ServerMessage) => `${epoch}:${seq}`;

describe('a fresh socket', () => {
  it('gets hello, the whole state, then each event', async () => {
    await create('a');
    using socket = await open();
    const snapshot = await socket.first('snapshot');
    expect(socket.messages.map(({ type }) => type)).toEqual(['hello', 'snapshot']);
    expect(snapshot.data.instances.map(({ name }) => name)).toEqual(['a']);
    expect(snapshot.data.system.instances).toMatchObject({ total: 1, stopped: 1 });
    expect(snapshot.data.alerts).toEqual([]);
    expect((await socket.first('hello')).data.version).toBe(snapshot.data.system.version);

    await rename('a', 3);
    const updated = await socket.first('instance_updated');
    expect(updated.data.instance.options).toEqual({ threads: 3 });
    expect(updated).toMatchObject({ epoch: snapshot.epoch, seq: snapshot.seq + 1 });
    await create('b');
    const created = await socket.first('instance_status_changed');
    expect(created.data).toMatchObject({ instance: { name: 'b' }, previous_status: null });
    await test.server.llamactl.remove('a');
    expect((await socket.first('instance_deleted')).data).toEqual({ name: 'a' });
  });

  it('sees the life of an instance, and its figures', async () => {
    using socket = await open();
    await create('a');
    await test.server.llamactl.start('a');
    const figures = await socket.first('instance_stats_updated');
    expect(figures.data.instance).toMatchObject({ status: 'running', pid: expect.any(Number) });
    await test.server.llamactl.stop('a', { force: true });
    await socket.find(
      ({ type, data }) =>
        type === 'instance_status_changed' &&
        data.instance.status === 'stopped' &&
        data.previous_status !== null,
    );
    const moves = socket.messages.flatMap((message) =>
      message.type === 'instance_status_changed' ? [message.data.instance.status] : [],
    );
    expect(moves).toEqual(['stopped', 'starting', 'running', 'stopping', 'stopped']);
    expectRising(socket.messages);
  });

  it('gets an alert when an instance failed, and its end', async () => {
    await using broken = await startTestServer({}, 'exits-early');
    using socket = await openSocket(broken.server.url);
    await broken.server.llamactl.create({ name: 'a', model_path: broken.model });
    await broken.server.llamactl.start('a').catch(() => {});
    const raised = await socket.first('system_alert');
    expect(raised.data).toMatchObject({ kind: 'instance_failed', state: 'raised', instance: 'a' });
    using late = await openSocket(broken.server.url);
    expect((await late.first('snapshot')).data.alerts).toEqual([raised.data]);
    await broken.server.llamactl.remove('a');
    await socket.find(({ type, data }) => type === 'system_alert' && data.state === 'cleared');
  });
});

describe('a socket with types', () => {
  it('gets events of those types alone, after the whole state', async () => {
    using socket = await open('?types=instance_deleted,instance_updated');
    await create('a');
    await rename('a', 2);
    await test.server.llamactl.remove('a');
    await socket.first('instance_deleted');
    expect(socket.messages.map(({ type }) => type)).toEqual([
      'hello',
      'snapshot',
      'instance_updated',
      'instance_deleted',
    ]);
  });
});

describe('a socket that comes back', () => {
  it('gets what it has missed, and nothing twice', async () => {
    using before = await open();
    const snapshot = await before.first('snapshot');
    before.socket.terminate();
    await create('a');
    await rename('a', 2);
    using socket = await open(`?since=${seqOf(snapshot)}`);
    await rename('a', 3);
    await socket.find(
      ({ type, data }) => type === 'instance_updated' && data.instance.options.threads === 3,
    );
    expect(socket.messages.map(({ type }) => type)).toEqual([
      'hello',
      'instance_status_changed',
      'instance_updated',
      'instance_updated',
    ]);
    expect(socket.messages.map(({ seq }) => seq - snapshot.seq)).toEqual([0, 1, 2, 3]);
  });

  it('gets what it has missed of its types alone', async () => {
    using before = await open();
    const snapshot = await before.first('snapshot');
    await create('a');
    await rename('a', 2);
    using socket = await open(`?types=instance_updated&since=${seqOf(snapshot)}`);
    await socket.first('instance_updated');
    expect(socket.messages).toHaveLength(2);
  });

  it('gets hello alone when it has missed nothing', async () => {
    using before = await open();
    const snapshot = await before.first('snapshot');
    using socket = await open(`?since=${seqOf(snapshot)}`);
    await create('a');
    await socket.first('instance_status_changed');
    expect(socket.messages.map(({ type }) => type)).toEqual(['hello', 'instance_status_changed']);
  });

  it.each([
    ['of another run', () => 'other:1'],
    ['of the future', (epoch: string) => `${epoch}:1000`],
  ])('with a number %s is told of the gap, then gets the whole state', async (_what, since) => {
    await create('a');
    using socket = await open(`?since=${since(test.server.llamactl.feed.epoch)}`);
    const { seq, epoch } = await socket.first('snapshot');
    expect(socket.messages.map(({ type }) => type)).toEqual(['hello', 'gap', 'snapshot']);
    expect((await socket.first('gap')).data.reason).toMatch(/\w/);
    expect({ epoch, seq }).toMatchObject({ epoch: test.server.llamactl.feed.epoch, seq: 1 });
  });

  it('W4: knows the same as the server, however often and whenever it was cut off', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const state = new Map<string, Instance>();
    let last: ServerMessage | undefined;
    let ended = false;
    let gaps = 0;
    const onMessage = (message: ServerMessage) => {
      if (message.type === 'gap') gaps += 1;
      if (message.type === 'gap' || message.type === 'hello') return;
      // A connection that was given up may still have had something to say.
      if (last && message.seq <= last.seq) return;
      applyTo(state, message);
      last = message;
    };
    const follow = async () => {
      while (!ended) {
        const query = last ? `?since=${seqOf(last)}` : '';
        using _socket = await openSocket(test.server.url, { query, onMessage });
        await delay(randomInt(40));
      }
    };
    const following = follow();
    for (let round = 0; round < 300; round += 1) {
      const name = names[randomInt(names.length)] ?? 'a';
      const exists = test.server.llamactl.list().some((instance) => instance.name === name);
      if (!exists) await create(name);
      else if (randomInt(4) === 0) await test.server.llamactl.remove(name);
      else await rename(name, round + 1);
      if (round % 10 === 0) await delay(5);
    }
    const right = () => {
      const known = [...state.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(known).toEqual(test.server.llamactl.list());
      return true;
    };
    await waitFor(right, { timeoutMs: 10_000 });
    ended = true;
    await following;
    expect(right()).toBe(true);
    expect(gaps).toBe(0);
  });
});

function applyTo(state: Map<string, Instance>, { type, data }: ServerMessage): void {
  if (type === 'snapshot') {
    state.clear();
    for (const { stats: _, ...instance } of data.instances) state.set(instance.name, instance);
  } else if (type === 'instance_deleted') state.delete(data.name);
  else if (type === 'instance_updated' || type === 'instance_status_changed') {
    state.set(data.instance.name, data.instance);
  }
}

function expectRising(messages: readonly ServerMessage[]): void {
  const events = messages.filter(({ type }) => !['hello', 'gap', 'snapshot'].includes(type));
  const seqs = events.map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
}
