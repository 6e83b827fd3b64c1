// llama-server's command line, as far as a fake needs it; answers --help and --version by itself.
import { readFileSync, writeSync } from 'node:fs';

export const args = process.argv.slice(2);

if (['-h', '--help', '--usage'].some((flag) => args.includes(flag))) {
  writeSync(1, readFileSync(new URL('help.txt', import.meta.url)));
  process.exit(0);
}
if (args.includes('--version')) {
  writeSync(2, 'version: 0.7.0 (build 11669, commit fake)\nbuilt with node for Linux x86_64\n');
  process.exit(0);
}

export const host = argument('--host') ?? process.env.LLAMA_ARG_HOST ?? '127.0.0.1';
export const port = Number(argument('--port') ?? process.env.LLAMA_ARG_PORT ?? 9931);
export const model = argument('-m') ?? argument('--model') ?? process.env.LLAMA_ARG_MODEL ?? '';

/** A number that a test may set: `--fake-delay-ms 5` or FAKE_DELAY_MS=5. */
export function setting(name, standard) {
  const variable = `FAKE_${name.toUpperCase().replaceAll('-', '_')}`;
  return Number(argument(`--fake-${name}`) ?? process.env[variable] ?? standard);
}

function argument(flag) {
  const at = args.lastIndexOf(flag);
  return at < 0 ? undefined : args[at + 1];
}
