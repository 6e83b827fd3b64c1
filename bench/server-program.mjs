import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { spawnProgram } from '@llamactl/testkit';

/**
 * A `llamactl-server` program of its own.
 * @param {string} folder for its data; made if need be
 * @param {Readonly<Record<string, string>>} settings by environment
 */
export async function startServer(folder, settings) {
  await mkdir(folder, { recursive: true });
  const program = await spawnProgram(process.execPath, [serverFile(), '--port', '0'], {
    cwd: folder,
    env: { LLAMACTL_DATA_DIR: join(folder, 'data'), ...settings },
  });
  const stop = async () => {
    await program.kill('SIGTERM');
    await program.killTree();
  };
  try {
    const [, url = ''] = await program.waitForLine(/listening on (http\S+)/);
    const { pid } = program;
    return {
      url,
      stop,
      /** Ends it at once; what it runs goes on. */
      kill: () => program.kill('SIGKILL'),
      residentBytes: () => residentBytes(pid),
      cpuMs: () => cpuMs(pid),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Makes a small instance and waits until it runs.
 * @param {import('@llamactl/client').LlamactlClient} client
 * @param {string} name
 * @param {string} model
 */
export async function runInstance(client, name, model) {
  const options = { threads: 1, context_size: 512, parallel: 1 };
  await client.createInstance({ name, model_path: model, options });
  await client.startInstance(name);
  await client.waitForStatus(name, 'running', { timeoutMs: 60_000 });
}

function serverFile() {
  const manifest = createRequire(import.meta.url).resolve('@llamactl/server/package.json');
  return join(dirname(manifest), 'dist', 'cli.js');
}

/**
 * Time on a processor so far, of all threads; Linux only. What `/proc/PID/stat` says is counted by the tick of the
 * clock, and too much for a program that its own timers wake.
 * @param {number} pid
 */
async function cpuMs(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const texts = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')),
  );
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}

/**
 * What /proc tells; Linux only.
 * @param {number} pid
 */
async function residentBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
