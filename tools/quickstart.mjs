// One command from a fresh checkout to a model that answers: installs, builds, gets a llama-server and a
// tiny model, starts the server and drives one instance over REST. See `--help`.
import { parseArgs } from 'node:util';
import { chooseModel } from './quickstart/choose-model.mjs';
import { choosePort } from './quickstart/choose-port.mjs';
import { driveInstance } from './quickstart/drive-instance.mjs';
import { locateLlamaServer } from './quickstart/locate-llama-server.mjs';
import { nextSteps } from './quickstart/next-steps.mjs';
import { startServer } from './quickstart/start-server.mjs';
import { UserError } from './quickstart/user-error.mjs';
import { abortOnInterrupt } from './run/interrupt.mjs';
import { requireNode } from './run/require-node.mjs';
import { ProgramFailed } from './run/run-program.mjs';
import { buildWorkspace, installWorkspace } from './run/workspace.mjs';

const usage = `npm run quickstart [-- --once]

  --once   stop everything again after the tour, instead of staying up until Ctrl-C

  MODEL=/path/to/model.gguf          your own model instead of a tiny made one
  LLAMA_SERVER=/path/to/llama-server your own llama-server instead of a found or fetched one
  PORT=8080                          port of the API; default: 8080 when free, else any free one`;

requireNode();
const { values: flags } = parseArgs({
  options: { once: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
if (flags.help) console.log(usage);
else await main(abortOnInterrupt(), flags.once ?? false);

/**
 * @param {AbortSignal} signal
 * @param {boolean} once
 */
async function main(signal, once) {
  let served = false;
  try {
    await tour(signal, once, () => {
      served = true;
    });
  } catch (error) {
    // Ctrl-C is the way to end what stays up, and no failure then.
    if (signal.aborted) process.exitCode = served ? 0 : 130;
    else fail(error);
  }
}

/**
 * @param {AbortSignal} signal
 * @param {boolean} once
 * @param {() => void} onServed called when everything is shown and the server stays up
 */
async function tour(signal, once, onServed) {
  const port = await choosePort(process.env.PORT);
  await installWorkspace(signal);
  await buildWorkspace(signal);
  const llamaServer = await locateLlamaServer(signal);
  const model = await chooseModel(signal);
  const server = await startServer({ llamaServer, port, signal });
  try {
    const instance = await driveInstance({ url: server.url, model, once, signal });
    if (once) return;
    console.log(nextSteps({ url: server.url, instance }));
    onServed();
    await Promise.race([server.program.ended, aborted(signal)]);
    signal.throwIfAborted();
    throw new UserError('The server ended by itself; it wrote:', server.program.output);
  } finally {
    await server.stop();
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** @param {unknown} error */
function fail(error) {
  process.exitCode = 1;
  if (error instanceof UserError || error instanceof ProgramFailed) {
    console.error(`\n${error.message}`);
  } else console.error(error);
}
