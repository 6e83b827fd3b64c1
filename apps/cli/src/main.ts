#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { run } from './run.js';
import { askSecrets } from './secrets/ask-secrets.js';

// A reader that has seen enough (`llamactl logs x | head`) closes the pipe.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const { env, stdin, stdout, stderr } = process;
const terminal = {
  input: stdin,
  output: stderr,
  // As if the terminal had not been in raw mode.
  onInterrupt: () => void process.kill(process.pid, 'SIGINT'),
};
const io = {
  out: (line: string) => void stdout.write(line),
  err: (line: string) => void stderr.write(line),
  colour: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
  stdin: () => text(stdin),
  askSecrets: stdin.isTTY ? (prompts: readonly string[]) => askSecrets(prompts, terminal) : null,
};
process.exitCode = await run(process.argv.slice(2), io, env);
