import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateInstance, Instance, InstanceStatus } from '@llamactl/contract';
import {
  type FakeBackendName,
  fakeBackendPath,
  findLlamaServer,
  freePort,
  makeTinyGguf,
  tempDir,
} from '@llamactl/testkit';
import { createLlamactl, type Llamactl, type LlamactlOptions, llamaCpp } from '../src/index.js';

export interface LabOptions extends LlamactlOptions {
  /** Fake backend to run; `real` for a real llama-server with a tiny model. Default: `ready`. */
  readonly backend?: FakeBackendName | 'real';
  /** Executable to run, instead of `backend`. */
  readonly command?: string;
}

/** A Llamactl of its own in a temporary folder, with a model file; disposed with all it started. */
export interface Lab extends AsyncDisposable {
  readonly llamactl: Llamactl;
  readonly dir: string;
  readonly model: string;
  /** Every status change so far, as `name: previous > next`. */
  readonly moves: string[];
  create(name: string, changes?: Partial<CreateInstance>): Promise<Instance>;
  /** Creates, starts and waits for the status. */
  run(name: string, status?: InstanceStatus, changes?: Partial<CreateInstance>): Promise<Instance>;
}

/** Longest wait for anything in these tests: far above what any step takes, even on a busy machine. */
export const deadlineMs = 30_000;

export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { backend = 'ready', command, ...rest } = options;
  const home = await tempDir();
  const model = join(home.path, 'model.gguf');
  if (backend === 'real') await makeTinyGguf(model);
  else await writeFile(model, 'a fake backend does not read this');
  const executable =
    command ?? (backend === 'real' ? (await findLlamaServer()).path : fakeBackendPath(backend));
  const llamactl = await createLlamactl({
    backends: { 'llama-cpp': llamaCpp({ command: executable }) },
    stopTimeoutMs: 5_000,
    ...rest,
  });
  const moves: string[] = [];
  llamactl.on('instance_status_changed', ({ instance, previous_status }) => {
    moves.push(`${instance.name}: ${previous_status} > ${instance.status}`);
  });
  const create: Lab['create'] = async (name, changes) =>
    llamactl.create({ name, model_path: model, port: await freePort(), ...changes });
  return {
    llamactl,
    dir: home.path,
    model,
    moves,
    create,
    async run(name, status = 'running', changes) {
      await create(name, changes);
      await llamactl.start(name);
      return llamactl.waitForStatus(name, status, { timeoutMs: deadlineMs });
    },
    async [Symbol.asyncDispose]() {
      await llamactl.dispose();
      await home.remove();
    },
  };
}
