import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LlamactlClient } from '@llamactl/client';
import { freePort, spawnProgram } from '@llamactl/testkit';
import { load } from './http-load.mjs';
import { spread } from './spread.mjs';

const messages = [{ role: 'user', content: 'Hello' }];
const plain = JSON.stringify({ model: 'tiny', prompt: 'Hello', n_predict: 1 });
const chat = JSON.stringify({ model: 'tiny', messages, max_tokens: 64, stream: true });
const cases = [
  { what: 'GET /props', method: 'GET', path: '/props?model=tiny', connections: 1, requests: 400 },
  {
    what: 'completion of 1 token',
    path: '/completion',
    body: plain,
    connections: 1,
    requests: 400,
  },
  {
    what: 'completion of 1 token',
    path: '/completion',
    body: plain,
    connections: 8,
    requests: 800,
  },
  { what: 'chat of 64, streamed', body: chat, connections: 1, requests: 100, streams: true },
  { what: 'chat of 64, streamed', body: chat, connections: 16, requests: 320, streams: true },
];

/**
 * What stands between a client and a llama-server.
 * @typedef {object} Target
 * @property {string} name
 * @property {number} port
 * @property {number} pid
 * @property {string} [model] as it calls the model
 * @property {boolean} [fresh] whether it wants a connection for each request
 */

/**
 * What stands between a client and a llama-server adds, in milliseconds.
 * @param {{ llamaServer: string, model: string, folder: string, rounds: number }} options
 * @param {(line: string) => void} print
 */
export async function measureGateway(options, print) {
  const ours = await startOurs(options);
  const router = await startRouter(options).catch(() => null);
  const nginx = await startNginx(options, ours.direct).catch(() => null);
  const targets = [
    { name: 'ours', ...ours },
    ...(router ? [{ name: 'router', ...router }] : []),
    ...(nginx ? [{ name: 'nginx', ...nginx }] : []),
  ];
  try {
    for (const each of cases) await measureCase(each, ours.direct, targets, options.rounds, print);
    for (const { name, pid } of targets) print(`  ${name}: ${residentMegabytes(pid)} MB resident`);
  } finally {
    for (const { end } of targets) await end();
  }
}

/**
 * @param {(typeof cases)[number]} each
 * @param {number} direct
 * @param {readonly Target[]} targets
 * @param {number} rounds
 * @param {(line: string) => void} print
 */
async function measureCase(each, direct, targets, rounds, print) {
  const {
    what,
    method = 'POST',
    path = '/v1/chat/completions',
    body,
    connections,
    requests,
  } = each;
  const shot = { method, path, ...(body !== undefined && { body }) };
  const amount = { requests, connections };
  // llama-server closes a connection after each stream.
  const toItself = { ...shot, port: direct, fresh: each.streams === true };
  const all = targets.map((target) => ({
    ...target,
    ...{
      p50: /** @type {number[]} */ ([]),
      p99: /** @type {number[]} */ ([]),
      failed: 0,
      cpuMs: 0,
    },
  }));
  const own = [];
  // A server that has just started is slower; so is the code of this one.
  const warmUp = { requests: requests * 4, connections };
  await load(toItself, warmUp);
  for (const { port, model, fresh } of targets) {
    await load({ ...named(shot, model), port, ...(fresh && { fresh }) }, warmUp);
  }
  for (let round = 0; round < rounds; round++) {
    const base = await load(toItself, amount);
    own.push(base.p50);
    for (const target of all) {
      const before = cpuMs(target.pid);
      const { port, model, fresh } = target;
      const found = await load({ ...named(shot, model), port, ...(fresh && { fresh }) }, amount);
      target.cpuMs += cpuMs(target.pid) - before;
      target.p50.push(found.p50 - base.p50);
      target.p99.push(found.p99 - base.p99);
      target.failed += found.failed;
    }
  }
  print(`  ${what}, ${connections} at a time: ${spread(own).median.toFixed(2)} ms by itself`);
  for (const { name, p50, p99, failed, cpuMs: spent } of all) {
    const each = ((spent / rounds / requests) * 1_000).toFixed(0);
    const figures = `p50 +${spread(p50).median.toFixed(2)}  p99 +${spread(p99).median.toFixed(2)} ms`;
    print(`    ${name.padEnd(7)} ${figures}  ${each} µs of processor each, ${failed} failed`);
  }
}

/**
 * The same for a server that knows the model by another name.
 * @param {{ method: string, path: string, body?: string }} shot
 * @param {string} [model]
 */
function named(shot, model = 'tiny') {
  const path = shot.path.replace('=tiny', `=${model}`);
  return { ...shot, path, ...(shot.body && { body: shot.body.replace('"tiny"', `"${model}"`) }) };
}

/** @param {{ llamaServer: string, model: string, folder: string }} options */
async function startOurs({ llamaServer, model, folder }) {
  const port = await freePort();
  const file = fileURLToPath(new URL('../packages/server/dist/cli.js', import.meta.url));
  const env = {
    LLAMACTL_SERVER__PORT: String(port),
    LLAMACTL_DATA_DIR: join(folder, 'gateway-data'),
    LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: llamaServer,
  };
  const program = await spawnProgram(process.execPath, [file], { cwd: folder, env });
  await program.waitForLine(/listening on/, { timeoutMs: 60_000 });
  const client = new LlamactlClient({ baseUrl: `http://127.0.0.1:${port}` });
  const options = { threads: 1, context_size: 8192 };
  await client.createInstance({ name: 'tiny', model_path: model, port: await freePort(), options });
  await client.startInstance('tiny');
  const { port: direct } = await client.waitForStatus('tiny', 'running', { timeoutMs: 60_000 });
  const end = async () => {
    await program.kill('SIGTERM');
    await program.killTree();
  };
  return { port, direct, pid: program.pid, end };
}

/** @param {{ llamaServer: string, model: string }} options */
async function startRouter({ llamaServer, model }) {
  const port = await freePort();
  const args = ['--models-dir', dirname(model), '--port', String(port), '-t', '1', '-c', '8192'];
  const program = await spawnProgram(llamaServer, args);
  // It breaks off half of the requests on connections that it kept.
  const router = {
    ...{ port, pid: program.pid, model: 'tiny', fresh: true },
    end: () => program.killTree(),
  };
  await program.waitForLine(/listening on/, { timeoutMs: 20_000 });
  const answer = await fetch(`http://127.0.0.1:${port}/v1/models`);
  const { data } = /** @type {{ data: { id: string }[] }} */ (await answer.json());
  router.model = data[0]?.id ?? 'tiny';
  await load(
    { port, method: 'POST', path: '/completion', body: plain },
    { requests: 3, connections: 1 },
  );
  return router;
}

/**
 * @param {{ folder: string }} options
 * @param {number} direct
 */
async function startNginx({ folder }, direct) {
  const port = await freePort();
  const home = join(folder, 'nginx');
  await mkdir(home, { recursive: true });
  const lines = [
    `daemon off; master_process off; pid ${home}/pid; error_log stderr;`,
    'events {}',
    `http { access_log off; client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy;`,
    `fastcgi_temp_path ${home}/f; uwsgi_temp_path ${home}/u; scgi_temp_path ${home}/s;`,
    `upstream one { server 127.0.0.1:${direct}; keepalive 16; }`,
    `server { listen 127.0.0.1:${port}; location / { proxy_pass http://one; proxy_buffering off;`,
    'proxy_http_version 1.1; proxy_set_header Connection ""; } } }',
  ];
  const file = join(home, 'nginx.conf');
  await writeFile(file, lines.join('\n'));
  const program = await spawnProgram('nginx', ['-c', file, '-p', home]);
  const shot = { port, method: 'GET', path: '/health' };
  for (let tries = 0; tries < 50; tries++) {
    const { failed } = await load(shot, { requests: 1, connections: 1 });
    if (failed === 0) break;
  }
  return { port, pid: program.pid, end: () => program.killTree() };
}

/** @param {number} pid */
function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** @param {number} pid */
function residentMegabytes(pid) {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) / 1_000).toFixed(0);
}
