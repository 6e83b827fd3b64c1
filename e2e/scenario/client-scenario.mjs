// @ts-check
// Everything that an app does with the client, once: written so that it runs wherever the client does. It leaves the
// server as it found it.

/** @typedef {typeof import('@llamactl/client')} Sdk */
/** @typedef {import('@llamactl/client').LlamactlClient} Client */
/** @typedef {{ url: string, model: string, password: string }} Server A server with authentication, and its first user. */
/** @typedef {(client: Client, server: Server, sdk: Sdk) => Promise<string>} Step */

const name = 'scenario';

/** @type {Readonly<Record<string, Step>>} */
const steps = {
  async login(client, { password }) {
    const before = await client.listInstances().then(String, ({ code }) => code);
    await client.login('admin', password);
    const { username, role } = await client.getIdentity();
    return `${before}, then ${username} is ${role}`;
  },
  async config(client) {
    const { logs } = await client.getConfig();
    const more = await client.updateConfig({ logs: { max_files: logs.max_files + 1 } });
    await client.updateConfig({ logs: { max_files: logs.max_files } });
    return `changed ${more.changed.join()}, restart ${more.restart_required}`;
  },
  async users(client, { url }, { LlamactlClient }) {
    await client.createUser({ username: 'anna', password: 'correct horse', role: 'viewer' });
    await client.updateUser('anna', { role: 'operator' });
    await client.changePassword('anna', { password: 'battery staple' });
    const anna = new LlamactlClient({ baseUrl: url });
    await anna.login('anna', 'battery staple');
    const refused = await anna.listUsers().then(String, ({ code }) => code);
    const users = await client.listUsers();
    await client.deleteUser('anna');
    return `${users.map(({ username, role }) => `${username} ${role}`).join()}; ${refused}`;
  },
  async keys(client, { url }, { LlamactlClient }) {
    const { key, api_key } = await client.createApiKey({ name: 'reader', scopes: ['read'] });
    const reader = new LlamactlClient({ baseUrl: url, apiKey: key });
    const seen = await reader.listInstances();
    const refused = await reader.startAllInstances().then(String, ({ code }) => code);
    const keys = await client.listApiKeys();
    await client.deleteApiKey(api_key.id);
    const dead = await reader.listInstances().then(String, ({ status }) => status);
    return `${keys.length} key sees ${seen.length}; ${refused}; ${dead} when deleted`;
  },
  async create(client, { model }, { ApiError }) {
    const wrong = { name, model_path: model, options: { thread: 1 } };
    /** @type {unknown} */
    const error = await client.createInstance(wrong).catch((reason) => reason);
    if (!ApiError.is(error, 'UNKNOWN_OPTION')) throw error;
    const { status } = await client.createInstance({ ...wrong, options: { threads: 1 } });
    const { instance } = await client.updateInstance(name, { options: { threads: 2 } });
    const all = await client.listInstances();
    const [nearest] = error.suggestions ?? [];
    return `${nearest} meant; ${status}, ${instance.options.threads} threads, ${all.length} in all`;
  },
  async lifecycle(client) {
    const running = await client.ensureRunning(name, { timeoutMs: 60_000 });
    const { status } = await client.getInstanceHealth(name);
    await client.restartInstance(name);
    const again = await client.waitForStatus(name, 'running', { timeoutMs: 60_000 });
    return `${running.status}, ${status}, another process ${again.pid !== running.pid}`;
  },
  async logs(client) {
    const [line] = await client.getInstanceLogs(name, { lines: 1 });
    return `read ${typeof line?.message}, followed ${await followTo(client, 'listening')}`;
  },
  async events(client) {
    const told = [];
    for await (const { type, data } of client.events({ types: ['instance_status_changed'] })) {
      if (type === 'snapshot') {
        told.push(`${data.instances.length} in snapshot`);
        await client.stopInstance(name);
      } else if (type === 'instance_status_changed') {
        told.push(data.instance.status);
        if (data.instance.status === 'stopped') break;
      }
    }
    return told.join(', ');
  },
  async system(client) {
    const [health, status, info] = await Promise.all([
      client.getHealth(),
      client.getSystemStatus(),
      client.getSystemInfo(),
    ]);
    return `${health.status}, ${status.instances.total} instance, version ${typeof info.version}`;
  },
  async delete(client, _server, { ApiError }) {
    await client.deleteInstance(name);
    /** @type {unknown} */
    const error = await client.getInstance(name).catch((reason) => reason);
    return ApiError.is(error) ? String(error.code) : `no error of the client: ${error}`;
  },
  async logout(client) {
    await client.logout();
    return client.listInstances().then(String, ({ status }) => `then ${status}`);
  },
};

/**
 * Takes all steps with one client.
 * @param {Sdk} sdk What `@llamactl/client` exports.
 * @param {Server} server
 * @param {(line: string) => void} [tell] Told of each step when it is done.
 * @returns {Promise<string[]>} what each came to: the same everywhere
 */
export async function clientScenario(sdk, server, tell = () => {}) {
  const client = new sdk.LlamactlClient({ baseUrl: server.url });
  const lines = [];
  for (const [title, step] of Object.entries(steps)) {
    const line = `${title}: ${await step(client, server, sdk)}`;
    tell(line);
    lines.push(line);
  }
  return lines;
}

/**
 * Follows the log to a line that has the text.
 * @param {Client} client
 * @param {string} text
 */
async function followTo(client, text) {
  for await (const { message } of client.followLogs(name, { lines: 1_000 })) {
    if (message.includes(text)) return `to "${text}"`;
  }
  return 'to its end';
}
