import { freePort, waitFor } from '@llamactl/testkit';
import { afterEach } from 'vitest';
import { type Followed, follow } from './follow.js';
import { openRaw, type RawConnection } from './raw-http.js';
import { startTestServer, type TestServer } from './test-server.js';

/** A server with one instance whose log is followed, for each test of a file anew. */
export class FollowScene implements AsyncDisposable {
  readonly #opened: Disposable[] = [];
  #test: TestServer | undefined;

  get test(): TestServer {
    if (!this.#test) throw new Error('call startWithLog first');
    return this.#test;
  }

  /** Starts a server with an instance that has a log once it has run. */
  async startWithLog(...options: Parameters<typeof startTestServer>): Promise<void> {
    this.#test = await startTestServer(...options);
    await this.test.server.llamactl.create({
      name: 'a',
      model_path: this.test.model,
      port: await freePort(),
    });
  }

  /** Starts a server over the data of one that was disposed of. */
  async startAgain(...options: Parameters<typeof startTestServer>): Promise<void> {
    this.#test = await startTestServer(...options);
  }

  async run(): Promise<void> {
    await this.test.server.llamactl.start('a');
    await this.test.server.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  }

  /** Runs a backend whose last line at the start says where it listens, and waits until that has come. */
  async runToLastLine(): Promise<void> {
    await this.run();
    await waitFor(async () => {
      const [last] = await this.test.server.llamactl.logs('a', { lines: 1 });
      return last?.message.includes('listening on');
    });
  }

  async open(parts?: Parameters<typeof follow>[2]): Promise<Followed> {
    const followed = await follow(this.test.server.url, 'a', parts);
    this.#opened.push(followed);
    return followed;
  }

  /** Follows and reads no more than the head of the answer, unless the test does. */
  async openStalled(query = ''): Promise<RawConnection> {
    const connection = await openRaw(this.test.server.port);
    this.#opened.push(connection);
    connection.socket.write(
      `GET /api/instances/a/logs?follow=true${query} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    await connection.waitFor(/200 OK/);
    return connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#opened.splice(0)) each[Symbol.dispose]();
    await this.#test?.[Symbol.asyncDispose]();
  }
}

/** A scene that is cleared away after each test. */
export function useFollowScene(): FollowScene {
  const scene = new FollowScene();
  afterEach(() => scene[Symbol.asyncDispose]());
  return scene;
}

/** Leaves and waits until that has come through. */
export async function leave(followed: Followed | undefined): Promise<void> {
  followed?.leave();
  await followed?.ended;
}
