import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  freePort,
  isAlive,
  processesWithMarker,
  type SpawnedProgram,
  spawnProgram,
  tempDir,
  waitFor,
} from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { root } from '../system/built-file.js';

test('quickstart --once shows a model that answers, and leaves nothing behind', async () => {
  await using quickstart = await startQuickstart(['--once']);
  expect(await quickstart.program.exit, quickstart.program.stderr).toEqual({
    code: 0,
    signal: null,
  });
  const { stdout } = quickstart.program;
  for (const line of [
    / ms {2}starting\n.* ms {2}running\n/,
    /\n {2}< .+\n {2}\d+ tokens in, 24 out\n/,
    /"memory_usage":\d+/,
    / ms {2}stopping\n(.* ms {2}stopping\n)*.* ms {2}stopped\n/,
  ]) {
    expect(stdout).toMatch(line);
  }
  expect(quickstart.left()).toEqual([]);
  expect(isAlive(instancePid(stdout))).toBe(false);
});

test('Ctrl-C ends a quickstart that stays up, and leaves nothing behind', async () => {
  await using quickstart = await startQuickstart([]);
  await quickstart.program.waitForLine(/Ctrl-C stops/, { timeoutMs: 120_000 });
  // A backend does not inherit the environment, so it is looked for by its pid.
  const backend = instancePid(quickstart.program.stdout);
  expect(isAlive(backend)).toBe(true);
  expect(await quickstart.program.kill('SIGINT')).toEqual({ code: 0, signal: null });
  expect(quickstart.left()).toEqual([]);
  expect(isAlive(backend)).toBe(false);
});

test.each([
  ['installing', /Installing packages/],
  ['building', /Building packages/],
  ['starting the server', /Starting llamactl-server/],
])('Ctrl-C while %s leaves nothing behind', async (_, line) => {
  await using quickstart = await startQuickstart([]);
  await quickstart.program.waitForLine(line, { timeoutMs: 120_000 });
  expect(await quickstart.program.kill('SIGINT')).toEqual({ code: 130, signal: null });
  await waitFor(() => quickstart.left().length === 0, { message: 'every process to end' });
});

function instancePid(stdout: string): number {
  return Number(/"pid":(\d+)/.exec(stdout)?.[1]);
}

interface Quickstart extends AsyncDisposable {
  readonly program: SpawnedProgram;
  /** Processes of this quickstart that are alive. */
  left(): number[];
}

async function startQuickstart(args: readonly string[]): Promise<Quickstart> {
  const dir = await tempDir('llamactl-quickstart-');
  const marker = `QUICKSTART_TEST_${randomUUID().replaceAll('-', '')}`;
  const tool = join(root, 'tools', 'quickstart.mjs');
  const program = await spawnProgram(process.execPath, [tool, ...args], {
    cwd: root,
    env: {
      PORT: String(await freePort()),
      QUICKSTART_DIR: dir.path,
      [marker]: '1',
      MODEL: undefined,
    },
  });
  return {
    program,
    left: () => processesWithMarker(marker),
    async [Symbol.asyncDispose]() {
      await program.killTree();
      await dir.remove();
    },
  };
}
