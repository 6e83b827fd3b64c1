import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { programSource } from '../../src/config/program-source.js';
import { startServer } from '../../src/create-server.js';
import type { LlamactlServer } from '../../src/options.js';

/** A server whose settings come from a file, as those of the program do. */
export interface FileServer extends AsyncDisposable {
  readonly url: string;
  readonly server: LlamactlServer;
  /** A folder that goes with it: the working folder of the server. */
  readonly dir: string;
  readonly dataDir: string;
  /** The configuration file. */
  readonly file: string;
  /** The text of the file, as it is now. */
  text(): Promise<string>;
  /** Ends the server and starts it anew, with the same settings. */
  restart(): Promise<void>;
}

/** What it is started with. */
export interface FileServerOptions {
  /** Where the file is, under the folder. Default: `llamactl.yaml`. */
  readonly name?: string;
  /** The file of `--config`, under the folder. */
  readonly named?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts one; null for no file at all. */
export async function startFileServer(
  text: string | null,
  { name = 'llamactl.yaml', named, environment = {} }: FileServerOptions = {},
): Promise<FileServer> {
  const temporary = await tempDir();
  const dir = temporary.path;
  const dataDir = join(dir, 'data', 'llamactl');
  const file = join(dir, name);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (text !== null) await writeFile(file, text);
  const platform = {
    name: 'linux',
    environment: { HOME: dir, XDG_DATA_HOME: join(dir, 'data'), ...environment },
    homeFolder: dir,
    workingFolder: dir,
  };
  const flags = [{ path: ['server', 'port'], value: 0, flag: '--port' }];
  const start = () => startServer({}, programSource({ platform, named, flags }));
  let server = await start();
  return {
    get url() {
      return server.url;
    },
    get server() {
      return server;
    },
    dir,
    dataDir,
    file,
    text: () => readFile(file, 'utf8'),
    async restart() {
      await server.close();
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await server.close({ force: true });
      await temporary.remove();
    },
  };
}
