import { readFile, rm, writeFile } from 'node:fs/promises';
import { freePort, waitFor } from '@llamactl/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthScene, type CallerHeaders, startAuthScene } from '../support/auth-scene.js';
import { fail, succeed } from '../support/call.js';
import { follow } from '../support/follow.js';
import { openSocket } from '../support/open-socket.js';

let scene: AuthScene;
let url: string;
/** Good for `mine` and `later`. */
let limited: CallerHeaders;

beforeAll(async () => {
  scene = await startAuthScene();
  url = scene.url;
  for (const name of ['mine', 'theirs']) await create(name, scene.admin);
  const scopes = ['read', 'operate', 'manage'] as const;
  limited = (await scene.addKey({ scopes: [...scopes], instances: ['MINE', 'later'] })).headers;
});
afterAll(() => scene?.[Symbol.asyncDispose]());

async function create(name: string, headers: CallerHeaders) {
  const body = { name, model_path: scene.test.model, port: await freePort() };
  return succeed(url, 'createInstance', { headers, body });
}

const statusOf = (name: string) => scene.test.server.llamactl.get(name).status;

describe('S19: a key that is good for some instances', () => {
  it.each([
    'getInstance',
    'updateInstance',
    'deleteInstance',
    'startInstance',
    'stopInstance',
    'restartInstance',
    'getInstanceHealth',
    'getInstanceLogs',
  ] as const)('gets 403 from %s of others, whether they are there or not', async (id) => {
    const ask = (name: string) =>
      fail(url, id, 'FORBIDDEN', {
        headers: limited,
        name,
        ...(id === 'updateInstance' && { body: { options: { threads: 1 } } }),
      });
    const [there, missing] = [await ask('theirs'), await ask('missing')];
    const { headers: _, ...body } = there;
    const { headers: __, ...other } = missing;
    expect(body).toEqual(other);
    expect(statusOf('theirs')).toBe('stopped');
  });

  it('cannot follow the log of others', async () => {
    using followed = await follow(url, 'theirs', { headers: limited });
    expect(followed.status).toBe(403);
  });

  it('lists and counts its own alone', async () => {
    const names = async (headers: CallerHeaders) =>
      (await succeed(url, 'listInstances', { headers })).instances.map(({ name }) => name);
    expect(await names(limited)).toEqual(['mine']);
    expect(await names(scene.admin)).toEqual(['mine', 'theirs']);
    const { instances } = await succeed(url, 'getSystemStatus', { headers: limited });
    expect(instances).toMatchObject({ total: 1, stopped: 1 });
  });

  it('makes only instances that it is good for', async () => {
    const body = { name: 'new', model_path: scene.test.model };
    await fail(url, 'createInstance', 'FORBIDDEN', { headers: limited, body });
    await create('Later', limited);
    await succeed(url, 'deleteInstance', { headers: limited, name: 'later' });
  });

  it('learns no name of others from conflicts with them', async () => {
    const others = scene.test.server.llamactl.get('theirs');
    await scene.test.server.llamactl.update('theirs', { aliases: ['shared-alias'] });
    const conflicts = [
      ['INSTANCE_EXISTS', { aliases: ['shared-alias'] }],
      ['INSTANCE_EXISTS', { aliases: ['theirs'] }],
      ['PORT_IN_USE', { port: others.port }],
    ] as const;
    for (const [code, change] of conflicts) {
      const update = { name: 'mine', body: change };
      const { error, details } = await fail(url, 'updateInstance', code, {
        headers: limited,
        ...update,
      });
      expect(`${error} ${details}`).not.toMatch(/theirs/);
      const body = { name: 'later', model_path: scene.test.model, ...change };
      const made = await fail(url, 'createInstance', code, { headers: limited, body });
      expect(`${made.error} ${made.details}`).not.toMatch(/theirs/);
      const shown = await fail(url, 'updateInstance', code, { headers: scene.admin, ...update });
      expect(shown.error).toMatch(/theirs/);
    }
  });

  it('starts and stops its own alone, also all at once', async () => {
    const started = await succeed(url, 'startAllInstances', { headers: limited });
    expect(started.results).toEqual([{ name: 'mine', result: 'started' }]);
    expect(statusOf('theirs')).toBe('stopped');
    await succeed(url, 'startInstance', { headers: scene.admin, name: 'theirs' });
    await scene.test.server.llamactl.waitForStatus('mine', 'running', { timeoutMs: 60_000 });
    await scene.test.server.llamactl.waitForStatus('theirs', 'running', { timeoutMs: 60_000 });
    const stopped = await succeed(url, 'stopAllInstances', { headers: limited });
    expect(stopped.results).toEqual([{ name: 'mine', result: 'stopping' }]);
    await scene.test.server.llamactl.waitForStatus('mine', 'stopped', { timeoutMs: 60_000 });
    expect(statusOf('theirs')).toBe('running');
    await succeed(url, 'stopInstance', { headers: scene.admin, name: 'theirs' });
    await scene.test.server.llamactl.waitForStatus('theirs', 'stopped', { timeoutMs: 60_000 });
  });

  it('hears of its own alone, in the snapshot, in events and in a replay', async () => {
    using mine = await openSocket(url, { headers: limited });
    using all = await openSocket(url, { headers: scene.admin });
    const snapshot = await mine.first('snapshot');
    expect(snapshot.data.instances.map(({ name }) => name)).toEqual(['mine']);
    expect(snapshot.data.system.instances.total).toBe(1);
    const { epoch, seq } = snapshot;
    await succeed(url, 'createInstance', {
      headers: scene.admin,
      body: { name: 'broken', model_path: scene.test.model, port: await freePort() },
    });
    await succeed(url, 'updateInstance', {
      headers: scene.admin,
      name: 'theirs',
      body: { options: { threads: 1 } },
    });
    await succeed(url, 'startInstance', { headers: scene.admin, name: 'theirs' });
    await all.find(
      ({ type, data }) => type === 'instance_stats_updated' && nameIn(data) === 'theirs',
    );
    await succeed(url, 'stopInstance', {
      headers: scene.admin,
      name: 'theirs',
      body: { force: true },
    });
    await scene.test.server.llamactl.waitForStatus('theirs', 'stopped', { timeoutMs: 60_000 });
    await succeed(url, 'deleteInstance', { headers: scene.admin, name: 'broken' });
    // The last of all: what was kept from the key came before it.
    await succeed(url, 'updateInstance', {
      headers: scene.admin,
      name: 'mine',
      body: { options: { threads: 1 } },
    });
    await mine.first('instance_updated');
    expect(namesIn(mine.messages)).toEqual(['mine']);
    expect(namesIn(all.messages)).toEqual(['broken', 'mine', 'theirs']);
    using again = await openSocket(url, { headers: limited, query: `?since=${epoch}:${seq}` });
    await again.first('instance_updated');
    expect(namesIn(again.messages)).toEqual(['mine']);
  });

  it('hears of alerts about its own and about the machine alone', async () => {
    const { llamactl } = scene.test.server;
    const model = await readFile(scene.test.model);
    using mine = await openSocket(url, { headers: limited });
    using all = await openSocket(url, { headers: scene.admin });
    await all.first('snapshot');
    await rm(scene.test.model);
    for (const name of ['theirs', 'mine']) {
      await fail(url, 'startInstance', 'MODEL_NOT_FOUND', { headers: scene.admin, name });
    }
    await writeFile(scene.test.model, model);
    const alertsOf = (messages: typeof all.messages) =>
      messages.flatMap((m) => (m.type === 'system_alert' ? [m.data.instance] : []));
    await waitFor(() => alertsOf(all.messages).length >= 2);
    await waitFor(() => alertsOf(mine.messages).length >= 1);
    expect(new Set(alertsOf(all.messages))).toEqual(new Set(['theirs', 'mine']));
    expect(new Set(alertsOf(mine.messages))).toEqual(new Set(['mine']));
    using fresh = await openSocket(url, { headers: limited });
    const { data } = await fresh.first('snapshot');
    expect(llamactl.alerts()).toHaveLength(2);
    expect(data.alerts.map(({ instance }) => instance)).toEqual(['mine']);
  });
});

function nameIn(data: object): string | undefined {
  const { instance, name } = data as { instance?: { name: string } | string; name?: string };
  return typeof instance === 'object' ? instance?.name : (instance ?? name);
}

function namesIn(messages: readonly { type: string; data: object }[]): string[] {
  const events = messages.filter(({ type }) => /^instance_|^system_alert/.test(type));
  return [...new Set(events.flatMap(({ data }) => nameIn(data) ?? []))].sort();
}
