import type { ConfigInput, CreateInstance } from '@llamactl/contract';
import { type FakeBackendName, type FakeParameters, freePort } from '@llamactl/testkit';
import type { ServerOptions } from '../../src/options.js';
import { startTestServer } from './test-server.js';

/** What a fake that does as it is told has got. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  /** Base64. */
  readonly body: string;
  /** Whether the connection was cut before its answer was out. */
  readonly left: boolean;
  /** Port that the connection came from. */
  readonly port: number;
}

/** How a fake is to answer. */
export interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly parts?: readonly string[];
  readonly times?: number;
  readonly partMs?: number;
  readonly waitMs?: number;
  readonly end?: 'clean' | 'cut' | 'hang' | 'kill';
  readonly raw?: string;
}

/** What else a chat is sent with. */
export interface ChatOptions extends RequestInit {
  /** Default: whether it is told to answer with a stream. */
  readonly asStream?: boolean;
}

/** What a scene begins with. */
export interface SceneOptions {
  readonly fake?: FakeBackendName;
  readonly parameters?: FakeParameters;
  readonly instances?: ConfigInput['instances'];
  readonly server?: ServerOptions;
}

/** A server with a gateway, over fakes that do as they are told. */
export async function gatewayScene(options: SceneOptions = {}) {
  const { fake = 'does-as-told', parameters = {}, instances = {}, server = {} } = options;
  const config = {
    ...server.config,
    instances: { stop_timeout: 5, ...instances },
  };
  const test = await startTestServer(
    { ...server, config: withoutBackends(config) },
    fake,
    parameters,
  );
  const { llamactl, url, port } = test.server;
  const create = async (name: string, more: Partial<CreateInstance> = {}) =>
    llamactl.create({ name, model_path: test.model, port: await freePort(), ...more });
  const run = async (name: string, more: Partial<CreateInstance> = {}) => {
    await create(name, more);
    await llamactl.start(name);
    return llamactl.waitForStatus(name, 'running', { timeoutMs: 30_000 });
  };
  /** Sends a chat to an instance that answers as told. */
  const chat = (model: string | undefined, told?: Told, how: ChatOptions = {}) => {
    const isStream = told?.headers?.['content-type'] === 'text/event-stream';
    const { asStream = isStream, ...init } = how;
    const stream = asStream && { stream: true };
    return fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, ...(told && { told }), ...stream, messages: [] }),
      ...init,
    });
  };
  const seen = async (name: string): Promise<SeenRequest[]> => {
    const answer = await fetch(`http://127.0.0.1:${llamactl.get(name).port}/_seen`);
    const all = (await answer.json()) as SeenRequest[];
    return all.filter((request) => request.url !== '/props');
  };
  return { ...test, llamactl, url, port, create, run, chat, seen };
}

export type GatewayScene = Awaited<ReturnType<typeof gatewayScene>>;

/** The fake's command is set by the test server. */
function withoutBackends({ backends: _, ...config }: ConfigInput): ConfigInput {
  return config;
}

/** A header of what a fake has got; undefined when it was not there. */
export function headerOf({ rawHeaders }: SeenRequest, name: string): string | undefined {
  const at = rawHeaders.findIndex(
    (text, index) => index % 2 === 0 && text.toLowerCase() === name.toLowerCase(),
  );
  return at < 0 ? undefined : rawHeaders[at + 1];
}
