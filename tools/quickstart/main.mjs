import { parseArgs } from 'node:util';
import { abortOnInterrupt } from '../run/interrupt.mjs';
import { ProgramFailed } from '../run/run-program.mjs';
import { buildWorkspace, installWorkspace } from '../run/workspace.mjs';
import { givenModel, makeModel } from './choose-model.mjs';
import { choosePort } from './choose-port.mjs';
import { driveInstance } from './drive-instance.mjs';
import { locateLlamaServer } from './locate-llama-server.mjs';
import { nextSteps } from './next-steps.mjs';
import { startServer } from './start-server.mjs';
import { UserError } from './user-error.mjs';

const usage = `npm run quickstart [-- --once]

  --once   stop everything again after the tour, instead of staying up until Ctrl-C

  MODEL=/path/to/model.gguf          your own model instead of a tiny made one
  LLAMA_SERVER=/path/to/llama-server your own llama-server instead of a found or fetched one
  PORT=8080                          port of the API; default: 8080 when free, else any free one`;

const flags = readFlags();
if (flags === null) process.exitCode = 2;
else if (flags.help) console.log(usage);
else await main(abortOnInterrupt(), flags.once ?? false);

function readFlags() {
  try {
    return parseArgs({
      options: { once: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return null;
  }
}

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
  const given = await givenModel(process.env.MODEL);
  const port = await choosePort(process.env.PORT);
  await installWorkspace(signal);
  await buildWorkspace(signal);
  const llamaServer = await locateLlamaServer(signal);
  const model = given ?? (await makeModel());
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
