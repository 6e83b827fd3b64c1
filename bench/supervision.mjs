import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { LlamactlClient } from '@llamactl/client';
import { createLlamactl, llamaCpp } from '@llamactl/core';
import { makeFakeCommand } from '@llamactl/testkit';
import { runInstance, startServer } from './server-program.mjs';

/**
 * Memory of the shell beside a backend: what is resident, and what is its own (PSS: shared pages by their share).
 * @param {{ llamaServer: string, model: string, folder: string, rounds: number }} options
 * @returns {Promise<{ residentBytes: number[], ownBytes: number[] }>}
 */
export async function shimMemory({ llamaServer, model, folder, rounds }) {
  const llamactl = await createLlamactl({
    dataDir: join(folder, 'shims'),
    backends: { 'llama-cpp': llamaCpp({ command: llamaServer }) },
  });
  try {
    const residentBytes = [];
    const ownBytes = [];
    for (let round = 0; round < rounds; round++) {
      const name = `bench-${round}`;
      await llamactl.create({ name, model_path: model, options: { threads: 1 } });
      await llamactl.start(name);
      const { pid } = await llamactl.waitForStatus(name, 'running');
      const shim = await parentOf(Number(pid));
      const rollup = await readFile(`/proc/${shim}/smaps_rollup`, 'utf8');
      residentBytes.push(kilobytes(rollup, 'Rss') * 1024);
      ownBytes.push(kilobytes(rollup, 'Pss') * 1024);
    }
    return { residentBytes, ownBytes };
  } finally {
    await llamactl.dispose();
  }
}

/**
 * Milliseconds of a plain spawn of a program, until it is there; and of a start until it is answered: checked, on
 * record, and behind a shim.
 * @param {{ folder: string, model: string, rounds: number }} options
 * @returns {Promise<{ plainMs: number[], startMs: number[] }>}
 */
export async function spawnTimes({ folder, model, rounds }) {
  const llamactl = await createLlamactl({
    dataDir: join(folder, 'spawns'),
    backends: { 'llama-cpp': sleeper() },
  });
  try {
    await llamactl.create({ name: 'bench', model_path: model });
    const plainMs = [];
    const startMs = [];
    for (let round = 0; round < rounds; round++) {
      let began = performance.now();
      const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
      await once(child, 'spawn');
      plainMs.push(performance.now() - began);
      child.kill('SIGKILL');
      await once(child, 'exit');
      began = performance.now();
      await llamactl.start('bench');
      startMs.push(performance.now() - began);
      await llamactl.stop('bench', { force: true });
      await llamactl.waitForStatus('bench', 'stopped');
    }
    return { plainMs, startMs };
  } finally {
    await llamactl.dispose();
  }
}

/**
 * Percent of one processor that the server program takes, a minute after they were started, while so many instances have nothing to do.
 * @param {{ llamaServer: string, model: string, folder: string, instances: number, seconds: number }} options
 * @returns {Promise<number>}
 */
export async function idlePercent({ llamaServer, model, folder, instances, seconds }) {
  const server = await startServer(join(folder, 'idle'), {
    LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: llamaServer,
    LLAMACTL_RATE_LIMIT__ENABLED: 'false',
  });
  try {
    const client = new LlamactlClient({ baseUrl: server.url });
    for (let index = 0; index < instances; index++) {
      await runInstance(client, `bench-${index}`, model);
    }
    // What the starts left to collect and to compile is done by then.
    await delay(60_000);
    const before = await server.cpuMs();
    const began = performance.now();
    await delay(seconds * 1_000);
    return (100 * ((await server.cpuMs()) - before)) / (performance.now() - began);
  } finally {
    await server.stop();
  }
}

/**
 * How late the event loop is, in milliseconds, while an instance writes so many lines of 96 bytes a second, or as
 * many as it can.
 * @param {{ folder: string, model: string, linesPerSecond: number | undefined, seconds: number }} options
 */
export async function floodDelays({ folder, model, linesPerSecond, seconds }) {
  const limit = linesPerSecond === undefined ? {} : { linesPerSecond };
  const command = await makeFakeCommand('floods-log', { dir: folder, ...limit });
  const llamactl = await createLlamactl({ backends: { 'llama-cpp': llamaCpp({ command }) } });
  // The interval itself, which the monitor counts too.
  const resolution = 1;
  const loop = monitorEventLoopDelay({ resolution });
  try {
    await llamactl.create({ name: 'bench', model_path: model });
    await llamactl.start('bench');
    await llamactl.waitForStatus('bench', 'running');
    loop.enable();
    await delay(seconds * 1_000);
    loop.disable();
    const late = (/** @type {number} */ ns) => Math.max(0, ns / 1e6 - resolution);
    return { p50: late(loop.percentile(50)), p99: late(loop.percentile(99)), most: late(loop.max) };
  } finally {
    await llamactl.dispose();
  }
}

/** @returns {import('@llamactl/core').Backend} a program that does nothing */
function sleeper() {
  return {
    secretOptions: new Set(),
    check: async () => {},
    launch: async () => ({ file: '/bin/sleep', args: ['60'], env: {} }),
    parseLine: (message) => ({ level: 'info', message, elapsedMs: null }),
    isReady: () => false,
    probe: async () => 'loading',
    diagnose: () => ({ failure: 'crashed', reason: 'It ended.' }),
  };
}

/** @param {number} pid */
async function parentOf(pid) {
  return kilobytes(await readFile(`/proc/${pid}/status`, 'utf8'), 'PPid');
}

/**
 * A number behind a name, in `kB` where the file has a unit.
 * @param {string} text
 * @param {string} name
 */
function kilobytes(text, name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
}
