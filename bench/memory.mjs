import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LlamactlClient } from '@llamactl/client';
import { spawnProgram } from '@llamactl/testkit';

const settleMs = 5_000;

/**
 * Resident memory of the server program, in bytes, with each number of running instances, some seconds after the
 * last one got ready.
 * @param {{ llamaServer: string, model: string, folder: string, counts: readonly number[] }} options
 * @returns {Promise<{ instances: number, residentBytes: number }[]>}
 */
export async function serverMemory({ llamaServer, model, folder, counts }) {
  const server = await spawnProgram(process.execPath, [serverProgram(), '--port', '0'], {
    cwd: folder,
    env: {
      LLAMACTL_DATA_DIR: join(folder, 'data'),
      LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: llamaServer,
    },
  });
  try {
    const [, baseUrl = ''] = await server.waitForLine(/listening on (http\S+)/);
    const client = new LlamactlClient({ baseUrl });
    const measured = [];
    let instances = 0;
    for (const count of counts) {
      while (instances < count) await run(client, `bench-${instances++}`, model);
      await delay(settleMs);
      measured.push({ instances, residentBytes: await residentBytes(server.pid) });
    }
    return measured;
  } finally {
    await server.kill('SIGTERM');
    await server.killTree();
  }
}

function serverProgram() {
  const manifest = createRequire(import.meta.url).resolve('@llamactl/server/package.json');
  return join(dirname(manifest), 'dist', 'cli.js');
}

/**
 * @param {LlamactlClient} client
 * @param {string} name
 * @param {string} model
 */
async function run(client, name, model) {
  const options = { threads: 1, context_size: 512, parallel: 1 };
  await client.createInstance({ name, model_path: model, options });
  await client.startInstance(name);
  await client.waitForStatus(name, 'running', { timeoutMs: 60_000 });
}

/**
 * What /proc tells; Linux only.
 * @param {number} pid
 */
async function residentBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
