#!/usr/bin/env node
import { run } from './run.js';

// A reader that has seen enough (`llamactl logs x | head`) closes the pipe.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const { env } = process;
const io = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
  colour: process.stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
};
process.exitCode = await run(process.argv.slice(2), io, env);
