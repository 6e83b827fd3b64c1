import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTinyGguf, tempDir, waitFor } from '@llamactl/testkit';
import { afterEach, expect, it, vi } from 'vitest';
import { type GatewayScene, gatewayScene } from '../support/gateway-scene.js';

const within = { timeoutMs: 30_000 };
const dayMs = 24 * 60 * 60 * 1_000;

afterEach(() => void vi.useRealTimers());

/** Sets the clock of the machine, as this process sees it; timers go on as they are. */
function jump(byMs: number): void {
  const now = Date.now() + byMs;
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(now);
}

/** Asks until an instance answers; whoever is refused meanwhile is to come again within so many seconds. */
async function askUntilAnswered({ chat }: GatewayScene, name: string, mostSeconds: number) {
  await waitFor(async () => {
    const { status, headers } = await chat(name);
    if (status !== 200) {
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(mostSeconds);
    }
    return status === 200;
  }, within);
}

async function crash({ llamactl }: GatewayScene, name: string): Promise<void> {
  const failed = llamactl.waitForStatus(name, 'failed', within);
  process.kill(llamactl.get(name).pid ?? Number.NaN, 'SIGKILL');
  await failed;
}

it('B15: a clock that is set back by a day makes no cool-down longer', async () => {
  const server = { timeouts: { gateway: { coolDownMs: 400 } } };
  await using scene = await gatewayScene({ server });
  await scene.run('a', { restart_policy: 'never' });
  await crash(scene, 'a');
  jump(-dayMs);
  await askUntilAnswered(scene, 'a', 1);
});

it('B15: a failure that is a day ahead is waited for no longer than a new one', async () => {
  await using home = await tempDir();
  const dataDir = join(home.path, 'data');
  const model_path = join(home.path, 'model.gguf');
  await makeTinyGguf(model_path);
  const server = { dataDir, timeouts: { gateway: { coolDownMs: 400 } } };
  {
    const instances = { on_shutdown: 'keep' } as const;
    await using scene = await gatewayScene({ server, instances });
    await scene.run('never', { model_path, restart_policy: 'never' });
    await scene.run('again', { model_path });
    for (const name of ['never', 'again']) await crash(scene, name);
  }
  const at = new Date(Date.now() + dayMs).toISOString();
  for (const name of ['never', 'again']) {
    const file = join(dataDir, 'pasts', `instance-${name}.json`);
    const past = JSON.parse(await readFile(file, 'utf8')) as { last_exit: object };
    const next_restart_at = name === 'again' ? at : null;
    const last_exit = { ...past.last_exit, at };
    await writeFile(
      file,
      JSON.stringify({ ...past, failure: 'crashed', last_exit, next_restart_at }),
    );
  }
  await using scene = await gatewayScene({ server });
  await askUntilAnswered(scene, 'never', 1);
  await askUntilAnswered(scene, 'again', 2);
});
