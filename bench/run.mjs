// Measures on a real llama-server and prints; nothing passes or fails. Needs a build.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findLlamaServer, makeTinyGguf, tempDir } from '@llamactl/testkit';
import { timesToReadyAgain } from './adoption.mjs';
import { measureGateway } from './gateway.mjs';
import { serverMemory } from './memory.mjs';
import { rateLimitCosts } from './rate-limit.mjs';
import { timesToHealthy, timesToRunning } from './readiness.mjs';
import { percentile, spread } from './spread.mjs';
import { floodDelays, idlePercent, shimMemory, spawnTimes } from './supervision.mjs';
import { timesToSwap } from './swap.mjs';
import { eventDelays } from './websocket.mjs';

const rounds = 20;
const counts = [0, 5, 20];
const clients = 100_000;
const audiences = [
  { sockets: 100, events: 100, pauseMs: 20 },
  { sockets: 1_000, events: 50, pauseMs: 100 },
];

const folder = await tempDir('llamactl-bench-');
try {
  const llamaServer = (await findLlamaServer({ log: console.error })).path;
  const model = await makeTinyGguf(join(folder.path, 'tiny.gguf'));
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} processors, ${llamaServer}\n`,
  );
  const options = { llamaServer, model, rounds };

  console.log(`Time to ready, ${rounds} rounds, 1 thread, a model of 0.9 MB`);
  show('llama-server alone: spawn to first /health 200, 1 ms poll', await timesToHealthy(options));
  show('Llamactl: start to status `running`', await timesToRunning(options));

  console.log('\nResident memory of llamactl-server, without its instances');
  for (const { instances, residentBytes } of await serverMemory({
    llamaServer,
    model,
    folder: folder.path,
    counts,
  })) {
    const megabytes = (residentBytes / 1_000_000).toFixed(1);
    console.log(`  ${String(instances).padStart(2)} running: ${megabytes.padStart(6)} MB`);
  }

  await showSupervision({ llamaServer, model, folder: folder.path });

  console.log(`\nRate limits, ${rounds} rounds of 5 000 requests on one connection`);
  const costs = await rateLimitCosts({ folder: folder.path, rounds, clients });
  showMicroseconds('a request without limits', costs.plainUs);
  showMicroseconds('added by limits', costs.addedUs);
  const grown = (costs.grownBytes / 1_000_000).toFixed(1);
  console.log(`  ${grown} MB more resident after ${clients} clients that came once`);

  console.log('\nAn event to every socket, in another process');
  for (const audience of audiences) {
    const delays = await eventDelays({ llamaServer, model, ...audience });
    const figures = [0.5, 0.99, 1].map((part) => percentile(delays, part).toFixed(1).padStart(6));
    const [p50, p99, most] = figures;
    const sockets = String(audience.sockets).padStart(5);
    console.log(`  ${sockets} sockets: p50 ${p50} ms  p99 ${p99} ms  most ${most} ms`);
  }

  console.log(
    `\nFrom a request to its answer while another model is loaded, room for one, ${rounds} swaps`,
  );
  for (const { who, times } of await timesToSwap({ ...options, folder: folder.path })) {
    show(who, times);
  }

  console.log('\nWhat a gateway adds to a llama-server, in milliseconds');
  await measureGateway({ llamaServer, model, folder: folder.path, rounds: 5 }, console.log);
} finally {
  await folder.remove();
}

/** @param {{ llamaServer: string, model: string, folder: string }} options */
async function showSupervision(options) {
  console.log('\nWhat it costs to look after instances');
  const shim = await shimMemory({ ...options, rounds: 5 });
  const kilobytes = (/** @type {readonly number[]} */ bytes) =>
    (spread(bytes).median / 1_000).toFixed(0);
  console.log(
    `  ${kilobytes(shim.residentBytes)} kB resident for the shell beside each, ${kilobytes(shim.ownBytes)} kB its own`,
  );
  const { plainMs, startMs } = await spawnTimes({ ...options, rounds: 40 });
  show('a plain spawn', plainMs);
  show('a start until it is answered: checked, on record, behind its shell', startMs);
  const percent = await idlePercent({ ...options, instances: 50, seconds: 20 });
  console.log(`  ${percent.toFixed(2)} % of a processor with 50 instances that have nothing to do`);
  for (const [what, linesPerSecond] of /** @type {const} */ ([
    ['at 20 MB/s', 210_000],
    ['as fast as it goes', undefined],
  ])) {
    const { p50, p99, most } = await floodDelays({ ...options, linesPerSecond, seconds: 10 });
    const figures = `p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  most ${most.toFixed(1)} ms`;
    console.log(`  ${figures}  late, the event loop while a log grows ${what}`);
  }
  const again = await timesToReadyAgain({ ...options, instances: 20, rounds: 20 });
  const [p50, p99] = [0.5, 0.99].map((part) => percentile(again, part).toFixed(0));
  console.log(`  ready again after kill -9 with 20 instances: p50 ${p50} ms  p99 ${p99} ms`);
}

/**
 * @param {string} what
 * @param {readonly number[]} times
 */
function show(what, times) {
  const { median, lowest, highest } = spread(times);
  const figures = `median ${median.toFixed(1)} ms (${lowest.toFixed(1)} to ${highest.toFixed(1)})`;
  console.log(`  ${figures.padEnd(38)} ${what}`);
}

/**
 * @param {string} what
 * @param {readonly number[]} times
 */
function showMicroseconds(what, times) {
  const { median, lowest, highest } = spread(times);
  const figures = `median ${median.toFixed(0)} µs (${lowest.toFixed(0)} to ${highest.toFixed(0)})`;
  console.log(`  ${figures.padEnd(38)} ${what}`);
}
