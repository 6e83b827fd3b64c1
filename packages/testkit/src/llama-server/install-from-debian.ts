import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { packageFile } from '../package-file.js';
import { searchPath } from './search-path.js';

/** Undefined when this machine can take the server from Debian's archive, else why it cannot. */
export async function whyNotDebian(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.arch !== 'x64' && process.arch !== 'arm64')
    return `there is no ${process.arch} build`;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const value = (key: string) => release.match(new RegExp(`^${key}="?([^"\n]*)"?$`, 'm'))?.[1];
  // Debian's testing and unstable have no version number.
  if (value('ID') !== 'debian' || Number(value('VERSION_ID') ?? Number.POSITIVE_INFINITY) < 12) {
    return 'this is not Debian 12 or later';
  }
  for (const tool of ['apt-get', 'dpkg-deb', 'flock']) {
    if (!(await searchPath(tool, env.PATH))) return `${tool} is missing`;
  }
  return undefined;
}

/** Unpacks the server into `folder` unless it is there; resolves with its path. */
export async function installFromDebian(
  folder: string,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<string> {
  const script = packageFile('scripts', 'install-llama-server.sh');
  const installer = spawn('sh', [script, folder], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lastLines: string[] = [];
  createInterface(installer.stderr).on('line', (line) => {
    log(line);
    lastLines.push(line);
    lastLines.splice(0, lastLines.length - 10);
  });
  const [[code], output] = await Promise.all([once(installer, 'close'), text(installer.stdout)]);
  if (code !== 0) throw new Error(`unpacking it from Debian failed:\n${lastLines.join('\n')}`);
  return output.trim();
}
