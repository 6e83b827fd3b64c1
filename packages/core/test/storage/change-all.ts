// A manager that does one of each operation: `program.mjs SETTINGS`. Says `opened` or why not, then of each what
// came of it, at last what it believes to have.
import { createLlamactl } from '../../src/index.js';
import { cheapBackend } from '../cheap-backend.js';

const { dataDir, model, portRange } = JSON.parse(process.argv[2] ?? '');
const within = { timeoutMs: 20_000 };

async function attempt<T>(what: string, operation: () => Promise<T>): Promise<T | null> {
  try {
    const outcome = await operation();
    console.log(`${what}: done`);
    return outcome;
  } catch (error) {
    console.log(`${what}: ${(error as { code?: string }).code ?? error}`);
    return null;
  }
}

const llamactl = await attempt('open', () =>
  createLlamactl({
    dataDir,
    portRange,
    backends: { 'llama-cpp': cheapBackend() },
    onShutdown: 'keep',
    statsIntervalMs: 3_600_000,
  }),
);
if (llamactl !== null) {
  const options = { seed: 2 };
  await attempt('update a', () => llamactl.update('a', { options }));
  await attempt('create b', () => llamactl.create({ name: 'b', model_path: model, options }));
  await attempt('start a', async () => {
    await llamactl.start('a');
    await llamactl.waitForStatus('a', 'running', within);
  });
  await attempt('stop a', async () => {
    await llamactl.stop('a', { force: true });
    await llamactl.waitForStatus('a', 'stopped', within);
  });
  await attempt('remove c', () => llamactl.remove('c'));
  const list = llamactl.list().map(({ name, options: { seed } }) => `${name} ${seed}`);
  console.log(`list: ${list.join(', ')}`);
  await attempt('dispose', () => llamactl.dispose());
}
