import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FakeBackendName,
  fakeBackendPath,
  findLlamaServer,
  makeTinyGguf,
  ownPorts,
  processesWithMarker,
  tempDir,
} from '@llamactl/testkit';
import { createLlamactl, type Llamactl, type LlamactlOptions, llamaCpp } from '../src/index.js';
import { ownerMark } from '../src/storage/owner-mark.js';

/** A data folder that one Llamactl after the other uses; what runs of it is killed when it is disposed of. */
export interface KeptHome extends AsyncDisposable {
  readonly dataDir: string;
  readonly model: string;
  /** What the tokens of its runs begin with. */
  readonly owner: string;
  /** Ports for its instances. */
  readonly portRange: readonly [first: number, last: number];
  /** Executable of the backend. */
  readonly command: string;
  /** Opens a Llamactl that leaves its runs running, unless told otherwise. */
  open(options?: LlamactlOptions): Promise<Llamactl>;
  /** Every process that was started from this folder, shims included. */
  processes(): number[];
}

export async function keptHome(backend: FakeBackendName | 'real' = 'ready'): Promise<KeptHome> {
  const home = await tempDir();
  const dataDir = join(home.path, 'data');
  const model = join(home.path, 'model.gguf');
  if (backend === 'real') await makeTinyGguf(model);
  else await writeFile(model, 'a fake backend does not read this');
  const command = backend === 'real' ? (await findLlamaServer()).path : fakeBackendPath(backend);
  await mkdir(dataDir, { mode: 0o700 });
  const owner = await ownerMark(dataDir);
  const portRange = ownPorts();
  const processes = () => processesWithMarker(`LLAMACTL_RUN=${owner}`);
  return {
    dataDir,
    model,
    owner,
    portRange,
    command,
    open: (options) =>
      createLlamactl({
        dataDir,
        portRange,
        backends: { 'llama-cpp': llamaCpp({ command }) },
        stopTimeoutMs: 5_000,
        onShutdown: 'keep',
        ...options,
      }),
    processes,
    async [Symbol.asyncDispose]() {
      for (const pid of processes()) process.kill(pid, 'SIGKILL');
      await home.remove();
    },
  };
}
