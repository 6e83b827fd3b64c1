// @ts-check
import { readFile, writeFile } from 'node:fs/promises';

/**
 * What happens on a server, a line each. Where it has come is kept in a file, so that a watcher that is started
 * again goes on there. Lost connections are made again without missing anything; where that is impossible, it says so.
 *
 * @param {import('@llamactl/client').LlamactlClient} client
 * @param {{ file: string, signal?: AbortSignal }} options
 * @returns {AsyncGenerator<string, void, undefined>}
 */
export async function* watch(client, { file, signal }) {
  const since = await readFile(file, 'utf8').catch(() => undefined);
  const events = client.events({
    since,
    signal,
    onRetry: ({ error, delayMs }) =>
      console.log(`${error.message} Next attempt in ${Math.round(delayMs)} ms.`),
  });
  for await (const message of events) {
    // Behind a gap there is nothing to go on from: the snapshot that follows is.
    if (message.type !== 'gap') await writeFile(file, `${message.epoch}:${message.seq}`);
    yield `${message.timestamp.slice(11, 19)} ${describe(message)}`;
  }
}

/** @param {import('@llamactl/client').EventMessage} message */
function describe({ type, data }) {
  switch (type) {
    case 'snapshot': {
      const states = data.instances.map(({ name, status }) => `${name} is ${status}`);
      return `now: ${states.join(', ') || 'no instance'}`;
    }
    case 'gap':
      return `gap: ${data.reason}`;
    case 'instance_status_changed': {
      const { name, status, failure } = data.instance;
      return `${name}: ${data.previous_status ?? 'new'} -> ${status}${failure ? ` (${failure})` : ''}`;
    }
    case 'instance_stats_updated': {
      const { name, stats } = data.instance;
      return `${name}: ${((stats?.memory_usage ?? 0) / 1e6).toFixed(0)} MB, CPU ${stats?.cpu_usage ?? '?'} %`;
    }
    case 'instance_updated':
      return `${data.instance.name}: changed`;
    case 'instance_deleted':
      return `${data.name}: deleted`;
    case 'system_alert':
      return `${data.severity} ${data.state}: ${data.message}`;
    case 'config_changed':
      return `configuration: ${data.changed.join(', ')}`;
  }
}
