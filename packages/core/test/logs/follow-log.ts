// A manager that follows a log: `program.mjs FILE WRITER_PID`. Says `following` once it does; ends when
// nothing but the log keeps it, unless there is a writer.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openPlainLog } from './plain-log.js';

const [file = '', writer = ''] = process.argv.slice(2);
const pid = Number(writer);
const log = openPlainLog(file, { maxFileBytes: 1_000_000, maxFiles: 50, pauseWriters });
await log.follow();
console.log('following');
if (pid) setInterval(() => {}, 60_000);

async function pauseWriters() {
  process.kill(pid, 'SIGSTOP');
  while (!/\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await delay(1);
  return () => process.kill(pid, 'SIGCONT');
}
