// Measures on a real llama-server and prints; nothing passes or fails. Needs a build.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findLlamaServer, makeTinyGguf, tempDir } from '@llamactl/testkit';
import { measureGateway } from './gateway.mjs';
import { serverMemory } from './memory.mjs';
import { rateLimitCosts } from './rate-limit.mjs';
import { timesToHealthy, timesToRunning } from './readiness.mjs';
import { percentile, spread } from './spread.mjs';
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

  console.log('\nWhat a gateway adds to a llama-server, in milliseconds');
  await measureGateway({ llamaServer, model, folder: folder.path, rounds: 5 }, console.log);
} finally {
  await folder.remove();
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
