import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort, makeCorruptGguf, waitFor } from '@llamactl/testkit';
import { type CurlAnswer, curl } from '../system/curl.js';
import { type ServedSystem, serve } from '../system/serve.js';
import { fieldProblems } from './field-problems.js';
import { type GuardedServer, guardedServer } from './guarded-server.js';
import { readStream } from './read-stream.js';
import type { MessageRow, ReferenceRow, RequestRow } from './reference-row.js';
import { type SocketMessages, socketMessages } from './socket-messages.js';
import { type StandIn, standIn } from './stand-in.js';

/** What came of a row. */
export interface Outcome {
  /** Status of the answer; null when there was none to ask for. */
  readonly status: number | null;
  /** Everything in which it differs from the reference; empty when it holds. */
  readonly problems: readonly string[];
}

/** Lines that a log gives when it is not asked for a number, by the reference. */
const defaultLines = 100;

/** A running server that the reference is held against, row after row. */
export class Replay implements AsyncDisposable {
  readonly #system: ServedSystem;
  /** As the reference writes it, but for the port. */
  readonly #base: string;
  readonly #sound: StandIn;
  readonly #corrupt: StandIn;
  #socket: SocketMessages | null = null;
  /** By their settings. */
  readonly #guarded = new Map<string, GuardedServer>();

  private constructor(system: ServedSystem, sound: StandIn, corrupt: StandIn) {
    this.#system = system;
    this.#base = `http://localhost:${new URL(system.url).port}`;
    this.#sound = sound;
    this.#corrupt = corrupt;
  }

  static async open(): Promise<Replay> {
    const system = await serve();
    const port = await freePort();
    const corrupt = join(dirname(system.model), 'corrupt.gguf');
    await makeCorruptGguf(corrupt, 'unknown-architecture');
    return new Replay(system, { model: system.model, port }, { model: corrupt, port });
  }

  /** Does what a row says and tells what is different. */
  async play(row: ReferenceRow): Promise<Outcome> {
    if ('socket' in row) {
      this.#socket = await socketMessages(this.#base + row.socket);
      return { status: null, problems: [] };
    }
    if ('message' in row) return this.#message(row);
    if (row.server) return this.#playGuarded(row, row.server);
    if (row.limits) return playAlone(row);
    return row.stream ? this.#stream(row) : this.#request(row);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket?.[Symbol.asyncDispose]();
    for (const server of this.#guarded.values()) await server[Symbol.asyncDispose]();
    await this.#system[Symbol.asyncDispose]();
  }

  async #message({ message, fields }: MessageRow): Promise<Outcome> {
    if (!this.#socket) return { status: null, problems: ['no socket is open'] };
    return { status: null, problems: fieldProblems(await this.#socket.first(message), fields) };
  }

  async #request(row: RequestRow): Promise<Outcome> {
    const stand = row.model === 'corrupt' ? this.#corrupt : this.#sound;
    if (row.logLines !== undefined) await this.#lengthenLog(row, row.logLines);
    if (row.fault) await this.#breakLog(row.request.name ?? '');
    const answer = await curl(...curlArguments(this.#base, row, stand));
    const problems = problemsOf(answer, standIn(row, stand));
    if (row.then && problems.length === 0) await this.#reach(row.then);
    return { status: answer.status, problems };
  }

  async #stream(row: RequestRow): Promise<Outcome> {
    const url = this.#url(row);
    const { status, lines } = await readStream(url, defaultLines, () => this.#talk());
    const wrong = lines.flatMap((line) => fieldProblems(line, row.fields));
    return { status, problems: [...statusProblems(status, row.status), ...wrong] };
  }

  async #playGuarded(row: RequestRow, settings: NonNullable<RequestRow['server']>) {
    const key = JSON.stringify(settings);
    const server = this.#guarded.get(key) ?? (await guardedServer(settings));
    this.#guarded.set(key, server);
    const answer = await curl(...curlArguments(server.url, row, server.stand));
    return { status: answer.status, problems: problemsOf(answer, standIn(row, server.stand)) };
  }

  #url(row: RequestRow): string {
    return urlOf(this.#base, row);
  }

  async #reach({ instance, status }: NonNullable<RequestRow['then']>): Promise<void> {
    const url = `${this.#base}/api/instances/${instance}`;
    await waitFor(async () => (await curl(url)).body.status === status, {
      timeoutMs: 30_000,
      message: `${instance} to be ${status}`,
    });
  }

  /** Lets the instance answer until its log has so many lines. */
  async #lengthenLog(row: RequestRow, lines: number): Promise<void> {
    const all = async () => (await curl(`${this.#url(row)}?lines=10000`)).body.logs.length;
    await waitFor(async () => (await all()) >= lines || this.#talk(), { timeoutMs: 30_000 });
  }

  /** Asks the instance something, which it logs. */
  async #talk(): Promise<void> {
    const question = { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 4 };
    const url = `http://127.0.0.1:${this.#sound.port}/v1/chat/completions`;
    await curl(url, '-H', 'Content-Type: application/json', '-d', JSON.stringify(question));
  }

  async #breakLog(name: string): Promise<void> {
    const file = join(dirname(this.#system.model), 'data', 'logs', `${name}.log`);
    await rm(file);
    await mkdir(file);
  }
}

function urlOf(base: string, { request: { path, name = '' } }: RequestRow): string {
  return base + path.replace('{name}', name);
}

function curlArguments(base: string, row: RequestRow, stand: StandIn): string[] {
  const { method, headers = {}, body } = standIn(row.request, stand);
  const named = body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' };
  return [
    ...['-X', method, urlOf(base, row)],
    ...Object.entries(named).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(body === undefined ? [] : ['-d', JSON.stringify(body)]),
  ];
}

/** Sends a row as often as it says to a server whose limits are as they are shipped. */
async function playAlone(row: RequestRow): Promise<Outcome> {
  await using system = await serve(undefined, { LLAMACTL_RATE_LIMIT__ENABLED: 'true' });
  const args = curlArguments(system.url, row, { model: system.model, port: await freePort() });
  const answers: CurlAnswer[] = [];
  while (answers.length < (row.times ?? 1)) answers.push(await curl(...args));
  const last = answers.pop();
  const early = answers.findIndex(({ status }) => status === row.status);
  const problems =
    early < 0 ? [] : [`number ${early + 1} of ${row.times} got ${row.status} already`];
  if (last === undefined) return { status: null, problems: ['it is not sent'] };
  return { status: last.status, problems: [...problems, ...problemsOf(last, row)] };
}

function problemsOf(answer: CurlAnswer, row: RequestRow): string[] {
  const headers = Object.entries(row.headers ?? {}).flatMap(([name]) =>
    new RegExp(`^${name}: \\d+$`, 'im').test(answer.headers) ? [] : [`${name} is not a number`],
  );
  return [
    ...statusProblems(answer.status, row.status),
    ...headers,
    ...fieldProblems(answer.body, row.fields),
  ];
}

function statusProblems(status: number, documented: number): string[] {
  return status === documented ? [] : [`the status is ${status}, not ${documented}`];
}
