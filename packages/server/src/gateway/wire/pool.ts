import { Connection } from './connection.js';

/** Where the backend of a run listens, and what it asks for. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  /** What it asks for; null for nothing. */
  readonly key: string | null;
}

/** Below the 5 s for which llama-server keeps an idle connection. */
const maxIdleMs = 3_500;
/** Each of them holds a thread of the backend. */
const maxIdle = 4;

/** The connections to the backend of one run; none of them outlives it. */
export class Pool {
  readonly #upstream: Upstream;
  readonly #all = new Set<Connection>();
  /** The one used last is at the end. */
  readonly #idle: Connection[] = [];
  #isDestroyed = false;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** For a request that got a place in the very moment in which the instance went. */
  static gone(): Pool {
    const pool = new Pool({ host: '127.0.0.1', port: 0, key: null });
    pool.destroy();
    return pool;
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  /** Host and port, as in a Host header. */
  get authority(): string {
    const { host, port } = this.#upstream;
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  }

  get key(): string | null {
    return this.#upstream.key;
  }

  /** The head of a request of our own. */
  headOf(method: string, path: string): string {
    const key = this.key === null ? '' : `Authorization: Bearer ${this.key}\r\n`;
    return `${method} ${path} HTTP/1.1\r\nHost: ${this.authority}\r\n${key}\r\n`;
  }

  /** A connection for one request; `fresh` for one that has carried none before. */
  take({ fresh = false } = {}): Connection {
    const idle = fresh ? undefined : this.#takeIdle();
    if (idle) return idle;
    const connection = new Connection(this.#upstream, (gone) => this.#forget(gone));
    this.#all.add(connection);
    if (this.#isDestroyed) connection.destroy();
    return connection;
  }

  /** Takes back a connection whose last answer was read to its end. */
  giveBack(connection: Connection): void {
    if (this.#isDestroyed || this.#idle.length >= maxIdle) {
      connection.destroy();
      return;
    }
    connection.rest();
    if (!connection.isBroken) this.#idle.push(connection);
  }

  /** Cuts all connections; requests on them break off. */
  destroy(): void {
    this.#isDestroyed = true;
    for (const connection of this.#all) connection.destroy();
  }

  #takeIdle(): Connection | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (!idle.isBroken && idle.idleMs < maxIdleMs) return idle;
      idle.destroy();
    }
    return undefined;
  }

  #forget(connection: Connection): void {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}
