import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEntry } from '@llamactl/contract';
import { tempDir } from '@llamactl/testkit';
import type { ExitReport, Launch } from '../../../src/backends/backend.js';
import { parseLogLine } from '../../../src/backends/llama-cpp/log-line.js';

/** A run that should have ended by now; it then counts as one that hangs. */
const deadlineMs = 30_000;

/** Runs a launch to its end, its output in one file as an instance has it, and reports how it ended. */
export async function runToEnd({ file, args, env }: Launch): Promise<ExitReport> {
  await using dir = await tempDir();
  const path = join(dir.path, 'log');
  const log = await open(path, 'a');
  const child = spawn(file, args, {
    env,
    stdio: ['ignore', log.fd, log.fd],
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  });
  const [code, signal] = await once(child, 'exit');
  await log.close();
  const text = await readFile(path, 'utf8');
  return { code, signal, wasRunning: false, log: logEntries(text) };
}

/** The entries of a log, numbered and dated in some way. */
export function logEntries(text: string): LogEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, seq) => {
      const { level, message } = parseLogLine(line);
      return { seq, timestamp: new Date(0).toISOString(), level, message };
    })
    .slice(-200);
}
