import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fakeBackendPath, freePort, occupyPort, ownPorts, waitFor } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { portBreaches } from './invariants.js';
import { keptHome } from './kept-home.js';
import { deadlineMs, type Lab, openLab } from './lab.js';

const within = { timeoutMs: deadlineMs };

async function portRange(): Promise<[number, number]> {
  const first = await freePort();
  return [first, Math.min(first + 50, 65_535)];
}

/** A command that loses its port the first time, and is well from then on. */
async function loserCommand({ dir }: Lab): Promise<string> {
  const path = join(dir, 'loser');
  const lines = [
    '#!/bin/sh',
    `case "$*" in *--port*) [ -e ${path}.lost ] || { : >${path}.lost; exec ${fakeBackendPath('port-taken')} "$@"; };; esac`,
    `exec ${fakeBackendPath('ready')} "$@"`,
  ];
  await writeFile(path, `${lines.join('\n')}\n`);
  await chmod(path, 0o755);
  return path;
}

const starts = async ({ llamactl }: Lab) =>
  (await llamactl.logs('a', { lines: 1_000 })).filter(({ message }) => /start of a:/.test(message));

test('A11: a chosen port that another program took is exchanged at the start, and the new one is kept', async () => {
  await using home = await keptHome();
  const portRangeOption = { portRange: await portRange() };
  const first = await home.open({ ...portRangeOption, onShutdown: 'stop' });
  const { port, auto_port } = await first.create({ name: 'a', model_path: home.model });
  expect(auto_port).toBe(true);
  const thief = createServer((_, response) => response.end('{"status":"ok"}'));
  thief.listen(port, '127.0.0.1');
  await once(thief, 'listening');
  try {
    await first.start('a');
    const running = await first.waitForStatus('a', 'running', within);
    expect(running.port).not.toBe(port);
    await first.dispose();
    await using second = await home.open(portRangeOption);
    expect(second.get('a').port).toBe(running.port);
  } finally {
    thief.close();
  }
});

test('A13: a chosen port that is lost in the race is exchanged once, and the instance keeps starting', async () => {
  await using home = await openLab();
  await using lab = await openLab({
    command: await loserCommand(home),
    portRange: await portRange(),
  });
  const { port } = await lab.llamactl.create({ name: 'a', model_path: lab.model });
  await lab.llamactl.start('a');
  const running = await lab.llamactl.waitForStatus('a', 'running', within);
  expect(running).toMatchObject({ restarts: 0, failure: null });
  expect(running.port).not.toBe(port);
  expect(lab.moves.slice(1)).toEqual(['a: stopped > starting', 'a: starting > running']);
});

test('A13: one that is lost twice is a failure, and so is one that was asked for', async () => {
  await using lab = await openLab({ backend: 'port-taken', portRange: await portRange() });
  await lab.llamactl.create({ name: 'a', model_path: lab.model, restart_policy: 'never' });
  await lab.llamactl.start('a');
  const failed = await lab.llamactl.waitForStatus('a', 'failed', within);
  expect(failed.failure).toBe('port_in_use');
  expect(await starts(lab)).toHaveLength(2);

  const asked = await freePort();
  const other = await lab.run('b', 'failed', { port: asked, restart_policy: 'never' });
  expect(other).toMatchObject({ failure: 'port_in_use', port: asked, auto_port: false });
});

test('A12: starts at once without a port all get a port of their own', async () => {
  await using lab = await openLab({ portRange: await portRange() });
  const names = Array.from({ length: 8 }, (_, index) => `a${index}`);
  await Promise.all(
    names.map(async (name) => {
      await lab.llamactl.create({ name, model_path: lab.model });
      await lab.llamactl.start(name);
    }),
  );
  const running = await Promise.all(
    names.map((name) => lab.llamactl.waitForStatus(name, 'running', within)),
  );
  expect(new Set(running.map(({ port }) => port)).size).toBe(names.length);
});

test('A12: 100 creates at once without a port all get one of their own', async () => {
  await using lab = await openLab({ portRange: ownPorts() });
  const created = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      lab.llamactl.create({ name: `a${index}`, model_path: lab.model }),
    ),
  );
  expect(portBreaches(created)).toEqual([]);
});

test('A11: a start on an asked-for port that is taken is refused', async () => {
  await using lab = await openLab();
  await using foreign = await occupyPort();
  await lab.create('a', { port: foreign.port });
  const refused = { code: 'PORT_IN_USE', message: expect.stringContaining(String(foreign.port)) };
  await expect(lab.llamactl.start('a')).rejects.toMatchObject(refused);
});

test('A14: a foreign server that answers on the port is never taken for ours', async () => {
  await using lab = await openLab();
  // It says nothing, and listens on nothing.
  const command = join(lab.dir, 'silent');
  await writeFile(
    command,
    '#!/bin/sh\ncase "$*" in *--port*) exec sleep 60;; esac\nexec "$0.real" "$@"\n',
  );
  await writeFile(`${command}.real`, `#!/bin/sh\nexec ${fakeBackendPath('ready')} "$@"\n`);
  for (const file of [command, `${command}.real`]) await chmod(file, 0o755);
  await using silent = await openLab({ command, startupTimeoutMs: 1_500 });
  const port = await freePort();
  await silent.create('a', { port, restart_policy: 'never' });
  await silent.llamactl.start('a');
  let asked = 0;
  const thief = createServer((_, response) => {
    asked += 1;
    response.end('{"status":"ok"}');
  });
  thief.listen(port, '127.0.0.1');
  await once(thief, 'listening');
  try {
    await waitFor(() => asked > 3, within);
    const failed = await silent.llamactl.waitForStatus('a', 'failed', within);
    expect(failed.failure).toBe('startup_timeout');
    expect(silent.moves).not.toContain('a: starting > running');
  } finally {
    thief.close();
  }
});
