import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { SecretWatch } from './secret-watch.ts';

/** How the program `llamactl-server` is started in tests: built for a test, built for all, or installed. */
const isServer = /(?:test-cli-\d+|packages\/server\/dist)\/cli\.js|llamactl-server/;
/** The one place where a password is right. */
const firstPassword = /^(\w+ password: )(\S+)$/gm;

/** Keeps what servers that this process starts as programs write. Returns what ends the watching. */
export function watchPrograms(watch: SecretWatch): () => void {
  const written = new Map<ChildProcess, { out: string; err: string }>();
  const onProcess = (message: unknown) => {
    const { process: child } = message as { process: ChildProcess };
    child.once('spawn', () => {
      if (!isServer.test(child.spawnargs.join(' '))) return;
      const texts = { out: '', err: '' };
      written.set(child, texts);
      child.stdout?.on('data', (chunk: Buffer | string) => {
        texts.out += latin1(chunk);
      });
      child.stderr?.on('data', (chunk: Buffer | string) => {
        texts.err += latin1(chunk);
      });
    });
  };
  subscribe('child_process', onProcess);
  return () => {
    unsubscribe('child_process', onProcess);
    for (const { out, err } of written.values()) {
      for (const [, , password = ''] of out.matchAll(firstPassword)) watch.learn(password);
      watch.said('stdout of a server', out.replace(firstPassword, '$1'));
      watch.said('stderr of a server', err);
    }
  };
}

function latin1(chunk: Buffer | string): string {
  return Buffer.from(chunk).toString('latin1');
}
