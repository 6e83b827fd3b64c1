import { Agent } from 'node:http';
import { type FakeBackendName, freePort } from '@llamactl/testkit';
import type { Logger } from '../../src/log/logger.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

/** Headers that say who asks. */
export type Credential = Readonly<Record<string, string>>;

/** Who asks; while authentication is off, nobody cares. */
export interface Credentials {
  readonly everything: Credential;
  /** The token of the newest session, which a request may end. */
  session: Credential;
  readonly others: readonly Credential[];
}

/** What kind of server to start. */
export interface FuzzedServer {
  /** What its instances are like. */
  readonly fake: FakeBackendName;
  readonly auth: boolean;
  /** Requests per minute of one caller; every fifth request is of the same one. Without it, as many as anybody likes. */
  readonly limit?: number;
}

/** A server to send anything to. */
export interface FuzzTarget extends AsyncDisposable {
  readonly test: TestServer;
  readonly agent: Agent;
  readonly credentials: Credentials;
  /** What the server has logged as errors. */
  readonly errors: readonly string[];
  /** What Node has warned of. */
  readonly warnings: readonly string[];
  /** Whether requests are counted. */
  readonly counts: boolean;
  /** Ids of the API keys that requests have made. */
  readonly keys: string[];
  /** Ids of the requests to the gateway that were listed. */
  waiting: readonly string[];
  /** Password of `admin`; empty while authentication is off. */
  readonly password: string;
  /** Sees to it that there is nothing, or an instance `alpha`. */
  prepare(begin: 'empty' | 'defined' | 'started'): Promise<void>;
}

/** Starts one. With authentication requests are counted too. */
export async function startFuzzTarget({ fake, auth, limit }: FuzzedServer): Promise<FuzzTarget> {
  const errors: string[] = [];
  const first = await freePort();
  let password = '';
  const options = {
    logger: collectErrors(errors),
    // Some of the instances never get ready.
    timeouts: { gateway: { queueMs: 1_000 } },
    onAdminPassword: (given: string) => {
      password = given;
    },
    config: {
      auth: { enabled: auth },
      server: { trusted_proxies: ['127.0.0.1'] },
      rate_limit: {
        enabled: auth || limit !== undefined,
        regular: limit ?? 1_000_000,
        intensive: limit ?? 1_000_000,
      },
      instances: { port_range: [first, first + 50] as [number, number], stop_timeout: 5 },
    },
  };
  const test = await startTestServer(options, fake);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const warnings: string[] = [];
  const onWarning = (warning: Error) => warnings.push(String(warning));
  process.on('warning', onWarning);
  return {
    test,
    agent,
    credentials: auth ? await credentialsOf(test, password) : nobody,
    counts: auth || limit !== undefined,
    keys: [],
    waiting: [],
    password,
    errors,
    warnings,
    async prepare(begin) {
      await prepare(test, begin);
      if (begin === 'started' && !auth) void askGateway(test);
    },
    async [Symbol.asyncDispose]() {
      process.off('warning', onWarning);
      agent.destroy();
      await test[Symbol.asyncDispose]();
    },
  };
}

const nobody: Credentials = {
  everything: {},
  session: {},
  others: [{ authorization: 'Bearer a' }, { 'x-api-key': 'a' }],
};

function collectErrors(errors: string[]): Logger {
  const showError = (_key: string, value: unknown) =>
    value instanceof Error ? (value.stack ?? String(value)) : value;
  return {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message, fields) => errors.push(`${message} ${JSON.stringify(fields, showError)}`),
  };
}

/** An API key outlives what the requests do to sessions. */
async function credentialsOf(
  { server: { url } }: TestServer,
  password: string,
): Promise<Credentials> {
  const login = await post(`${url}/api/auth/login`, { username: 'admin', password });
  const session = { authorization: `Bearer ${login.token}` };
  const scopes = ['read', 'operate', 'manage', 'inference', 'metrics', 'admin'];
  const { key } = await post(`${url}/api/keys`, { name: 'fuzz', scopes }, session);
  const user = { username: 'alice', password: 'a long password', role: 'viewer' };
  await post(`${url}/api/users`, user, session);
  return {
    everything: { 'x-api-key': String(key) },
    session,
    others: [
      { authorization: `Bearer ${key}` },
      {},
      { authorization: 'Bearer llk_a' },
      { authorization: 'Basic YTpi' },
    ],
  };
}

async function post(url: string, body: object, headers: Credential = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${url} answered ${JSON.stringify(answer)}`);
  return answer;
}

async function prepare(test: TestServer, begin: 'empty' | 'defined' | 'started'): Promise<void> {
  const { llamactl } = test.server;
  await clear(llamactl);
  if (begin === 'empty') return;
  await llamactl.create({ name: 'alpha', model_path: test.model });
  if (begin === 'started') await llamactl.start('alpha');
}

/** Asks for what takes as long as the instance takes to be ready, so that there is a request to list and to cancel. */
async function askGateway({ server: { url } }: TestServer): Promise<void> {
  const body = JSON.stringify({ model: 'alpha', prompt: 'a' });
  const answer = await fetch(`${url}/v1/completions`, { method: 'POST', body });
  await answer.text();
}

async function clear(llamactl: TestServer['server']['llamactl']): Promise<void> {
  await llamactl.stopAll();
  for (const { name, status } of llamactl.list()) {
    if (status !== 'stopped' && status !== 'failed') await forceStop(llamactl, name);
    await llamactl.remove(name).catch(async () => {
      // A request that came late has started it.
      await forceStop(llamactl, name);
      await llamactl.remove(name);
    });
  }
}

async function forceStop(llamactl: TestServer['server']['llamactl'], name: string): Promise<void> {
  // It may have come to an end by itself.
  await llamactl.stop(name, { force: true }).catch(() => {});
  await llamactl.waitForStatus(name, 'stopped', { timeoutMs: 20_000 });
}
