import { join } from 'node:path';
import { type SpawnedProgram, spawnProgram, type TempDir, tempDir } from '@llamactl/testkit';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { bearer } from './auth-scene.js';
import { buildProgram } from './build-program.js';
import { succeed } from './call.js';

const passwordLine = /^(\w+) password: ([a-z0-9]{5}(?:-[a-z0-9]{5}){3})$/gm;

/** Names and passwords that were printed. */
export function printedIn(stdout: string): Record<string, string> {
  return Object.fromEntries(
    [...stdout.matchAll(passwordLine)].map(([, name, word]) => [name, word]),
  );
}

/** Headers of whoever logs in. */
export async function login(url: string, password = '', username = 'admin') {
  return bearer((await succeed(url, 'login', { body: { username, password } })).token);
}

/** The program with authentication on, for each test of a file in a folder of its own. */
export class AuthCli {
  #cli = '';
  #dir: TempDir | undefined;

  get dir(): string {
    if (!this.#dir) throw new Error('there is no folder outside of a test');
    return this.#dir.path;
  }

  get data(): string {
    return join(this.dir, 'data');
  }

  run(...args: string[]): Promise<SpawnedProgram> {
    return spawnProgram(process.execPath, [this.#cli, '--data-dir', this.data, ...args], {
      cwd: this.dir,
      env: {
        HOME: this.dir,
        LLAMACTL_AUTH__ENABLED: 'true',
        LLAMACTL_RATE_LIMIT__ENABLED: 'false',
      },
    });
  }

  async start(...args: string[]) {
    const program = await this.run('--port', '0', ...args);
    const [, url = ''] = await program.waitForLine(/^listening on (.*)$/, { timeoutMs: 60_000 });
    return { program, url, [Symbol.asyncDispose]: () => program.killTree() };
  }

  async outcomeOf(...args: string[]) {
    await using program = await this.run(...args);
    const { code } = await program.exit;
    return { code, stdout: program.stdout, stderr: program.stderr };
  }

  /** Builds it once, and clears away after each test. */
  use(): this {
    beforeAll(async () => {
      this.#cli = await buildProgram(new URL('../../src/cli.ts', import.meta.url));
    });
    beforeEach(async () => {
      this.#dir = await tempDir();
    });
    afterEach(() => this.#dir?.remove());
    return this;
  }
}
