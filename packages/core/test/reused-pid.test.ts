import { spawnSync } from 'node:child_process';
import { freePort, spawnProgram } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { buildProgram } from './build-program.js';
import { keptHome } from './kept-home.js';

/** Why pids cannot be chosen here; null when they can. */
function obstacle(): string | null {
  if (process.platform !== 'linux') return 'there are no pid namespaces';
  if (process.getuid?.() !== 0) return 'only root makes pid namespaces here';
  const test = 'echo 4711 >/proc/sys/kernel/ns_last_pid';
  const { status } = spawnSync('unshare', ['-pf', '--mount-proc', 'sh', '-c', test]);
  return status === 0 ? null : 'unshare or ns_last_pid does not work';
}

const reason = obstacle();
if (reason !== null) console.log(`skipped: a pid that is really used again; ${reason}`);

test.skipIf(reason !== null)(
  'A15: a process that got the pid of a run is left alone, and the run is over',
  async () => {
    await using home = await keptHome();
    await using program = await buildProgram(new URL('reused-pid.ts', import.meta.url));
    const { dataDir, command, model } = home;
    const settings = JSON.stringify({ dataDir, command, model, port: await freePort() });
    // The shell is the init of the namespace, and reaps.
    const shell = ['sh', '-c', '"$@"; exit $?', 'sh', process.execPath, program.file, settings];
    await using space = await spawnProgram('unshare', ['-pf', '--mount-proc', ...shell]);
    const [line] = await space.waitForLine(/^\{.*\}$/, { timeoutMs: 60_000 });
    expect(JSON.parse(line)).toMatchObject({
      isReused: true,
      isAlive: true,
      status: 'failed',
      failure: 'crashed',
      last_exit: { code: null, signal: null },
    });
  },
);
