import { setTimeout as delay } from 'node:timers/promises';
import { request } from './rest.mjs';
import { UserError } from './user-error.mjs';

const name = 'quickstart';
/** Pause between two looks: short at first, then long enough for the 100 requests a minute that a server lets through. */
const pollMs = { first: 20, longest: 1_000 };
const shownLogLines = 8;

/**
 * @typedef {object} Drive
 * @property {string} url of the server
 * @property {string} model
 * @property {boolean} once stops the instance at the end
 * @property {AbortSignal} signal
 */

/**
 * Creates an instance, starts it, asks it something on its own port and shows its figures and log: what an app
 * would do over REST.
 * @param {Drive} drive
 * @returns {Promise<{ name: string, port: number }>}
 */
export async function driveInstance(drive) {
  const api = `${drive.url}/api/instances`;
  await removeFromEarlierRun(api, drive.signal);
  const { instance } = await show('Create', 'POST', api, drive.signal, {
    name,
    model_path: drive.model,
    options: { threads: 1 },
  });
  const began = performance.now();
  const { status } = await show('Start', 'POST', `${api}/${name}/start`, drive.signal);
  await follow(`${api}/${name}`, status, 'running', began, drive.signal);
  await ask(instance.port, drive.signal);
  await showFigures(`${api}/${name}`, drive.signal);
  if (drive.once) {
    const ending = performance.now();
    const stopping = await show('Stop', 'POST', `${api}/${name}/stop`, drive.signal);
    await follow(`${api}/${name}`, stopping.status, 'stopped', ending, drive.signal);
  }
  return { name, port: instance.port };
}

/**
 * @param {string} api
 * @param {AbortSignal} signal
 */
async function removeFromEarlierRun(api, signal) {
  const { instances } = await request(api, { signal });
  const found = instances.find((/** @type {{ name: string }} */ each) => each.name === name);
  if (found === undefined) return;
  console.log(`\nRemoving instance ${name} of an earlier run`);
  if (found.status === 'running' || found.status === 'starting') {
    await request(`${api}/${name}/stop`, { method: 'POST', signal });
  }
  await settled(`${api}/${name}`, signal);
  await request(`${api}/${name}`, { method: 'DELETE', signal });
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function settled(url, signal) {
  for (let pauseMs = pollMs.first; ; pauseMs = longer(pauseMs)) {
    const { status } = await request(url, { signal });
    if (status === 'stopped' || status === 'failed') return;
    await delay(pauseMs, undefined, { signal });
  }
}

/**
 * @param {string} title
 * @param {string} method
 * @param {string} url
 * @param {AbortSignal} signal
 * @param {unknown} [body]
 */
async function show(title, method, url, signal, body) {
  const sent = body === undefined ? '' : ` ${JSON.stringify(body)}`;
  console.log(`\n${title}: ${method} ${new URL(url).pathname}${sent}`);
  const answer = await request(url, { method, signal, body });
  console.log(`  ${answer.message}`);
  return answer;
}

/**
 * Shows each status of the instance with the time since `began`, until it has the wanted one.
 * @param {string} url
 * @param {string} first
 * @param {string} wanted
 * @param {number} began
 * @param {AbortSignal} signal
 */
async function follow(url, first, wanted, began, signal) {
  let shown = '';
  let pauseMs = pollMs.first;
  for (let status = first; ; ) {
    if (status !== shown) {
      console.log(`  ${(performance.now() - began).toFixed(0).padStart(6)} ms  ${status}`);
    }
    shown = status;
    if (status === wanted) return;
    const instance = await request(url, { signal });
    if (instance.status === 'failed') throw failed(instance);
    status = instance.status;
    if (status !== shown) continue;
    await delay(pauseMs, undefined, { signal });
    pauseMs = longer(pauseMs);
  }
}

/** @param {number} pauseMs */
function longer(pauseMs) {
  return Math.min(pauseMs * 1.2, pollMs.longest);
}

/** @param {{ failure: string, last_exit: { reason: string, log_tail: string[] } | null }} instance */
function failed({ failure, last_exit: exit }) {
  const tail = exit === null ? [] : [exit.reason, '', ...exit.log_tail.slice(-shownLogLines)];
  return new UserError(`The instance failed: ${failure}`, ...tail);
}

/**
 * @param {number} port
 * @param {AbortSignal} signal
 */
async function ask(port, signal) {
  const url = `http://127.0.0.1:${port}/v1/chat/completions`;
  const question = 'Tell me about llamas.';
  console.log(`\nAsk the instance on its own port: POST ${url}\n  > ${question}`);
  const { choices, usage } = await request(url, {
    method: 'POST',
    body: { messages: [{ role: 'user', content: question }], max_tokens: 24 },
    signal,
  });
  const { content, reasoning_content: thought } = choices[0].message;
  console.log(`  < ${(content || thought || '').trim()}`);
  console.log(`  ${usage.prompt_tokens} tokens in, ${usage.completion_tokens} out`);
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function showFigures(url, signal) {
  const { pid, port, stats } = await request(url, { signal });
  console.log(`\nFigures: GET ${new URL(url).pathname}`);
  console.log(`  ${JSON.stringify({ pid, port, stats })}`);
  const { logs } = await request(`${url}/logs?lines=${shownLogLines}`, { signal });
  console.log(`\nLog: GET ${new URL(url).pathname}/logs?lines=${shownLogLines}`);
  for (const { timestamp, level, message } of logs) {
    console.log(`  ${timestamp} ${level.padEnd(5)} ${message}`);
  }
}
