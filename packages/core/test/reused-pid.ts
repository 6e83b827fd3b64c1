// In a pid namespace of its own, as root: `program.mjs SETTINGS`. Leaves a run behind whose pid another process
// gets, and says what the next Llamactl makes of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createLlamactl, llamaCpp } from '../src/index.js';
import { readProcess } from '../src/process/process-table.js';

const { dataDir, command, model, port } = JSON.parse(process.argv[2] ?? '');
const backends = { 'llama-cpp': llamaCpp({ command }) };
const first = await createLlamactl({ dataDir, backends, onShutdown: 'keep' });
await first.create({ name: 'a', model_path: model, port, restart_policy: 'never' });
await first.start('a');
const { pid } = await first.waitForStatus('a', 'running', { timeoutMs: 60_000 });
await first.dispose();
const backend = readProcess(pid ?? 0);
// The shim first, so that nobody writes down the end.
for (const each of [backend?.ppid, backend?.pid]) process.kill(each ?? 0, 'SIGKILL');

let stranger: ReturnType<typeof spawn> | undefined;
for (let tries = 0; stranger?.pid !== pid && tries < 500; tries++) {
  stranger?.kill('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 10));
  writeFileSync('/proc/sys/kernel/ns_last_pid', String((pid ?? 0) - 1));
  stranger = spawn('sleep', ['60'], { detached: true });
  await once(stranger, 'spawn');
}
const second = await createLlamactl({ dataDir, backends });
const { status, failure, last_exit } = second.get('a');
await second.stop('a', { force: true });
await second.dispose();
const isAlive = stranger?.exitCode === null && stranger.signalCode === null;
console.log(
  JSON.stringify({ isReused: stranger?.pid === pid, isAlive, status, failure, last_exit }),
);
stranger?.kill('SIGKILL');
