import type { ConfigInput } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import type { HttpTimeouts } from './http/create-http-server.js';
import type { Logger } from './log/logger.js';

/** Settings of {@link createServer}; each has a default. */
export interface ServerOptions {
  /** Address or name to listen on; `localhost` is 127.0.0.1 and, where there is one, ::1. Default: `localhost`. */
  readonly host?: string;
  /** TCP port; 0 for a free one. Default: 8080. */
  readonly port?: number;
  /** Path in front of every route. Default: `/`. */
  readonly basePath?: string;
  /** Folder for definitions, accounts, logs and run records. Default: none, and nothing outlives the app. */
  readonly dataDir?: string;
  /** A core to serve. It stays yours: closing the server does not dispose it. Default: an own one. */
  readonly llamactl?: Llamactl;
  /**
   * The rest, as in `llamactl.yaml`. The settings above go over it, and it goes over the `llamactl.yaml` in
   * the data folder, if there is one: `PUT /api/config` makes it.
   */
  readonly config?: ConfigInput;
  /** Takes what there is to say. Default: nobody. */
  readonly logger?: Logger;
  /**
   * Gets the password of the user `admin`, who is made when authentication is on and there is no user yet:
   * once, and before it is stored, as nobody can tell it later. Without it such a start fails.
   */
  readonly onAdminPassword?: (password: string) => void;
  readonly timeouts?: HttpTimeouts;
}

/** How to close. */
export interface CloseOptions {
  /** Time for requests under way, in milliseconds. Default: 10 000. */
  readonly graceMs?: number;
  /** Cut requests off and kill instances at once. Also hurries a close that is under way. Default: false. */
  readonly force?: boolean;
}

/** A server that listens. */
export interface LlamactlServer extends AsyncDisposable {
  /** Where to reach it, as in `http://localhost:8080`, with the base path. */
  readonly url: string;
  /** The same by each address that it listens on. */
  readonly urls: readonly string[];
  readonly port: number;
  readonly llamactl: Llamactl;
  /**
   * Refuses new work (503), lets requests under way finish, stops all instances if the core is its own (or keeps them, with `instances.on_shutdown: keep`),
   * and lets go of the port. Resolves when all of that is done.
   */
  close(options?: CloseOptions): Promise<void>;
}
