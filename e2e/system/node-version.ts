import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnProgram } from '@llamactl/testkit';
import { root } from './built-file.js';

/** The program of another version of Node, out of the npm package of that name; fetched once, 50 MB. */
export async function nodeVersion(major: number): Promise<string> {
  const folder = join(root, '.cache', `node-${major}`);
  const program = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const args = ['install', '--no-audit', '--no-fund', '--prefix', folder, `node@${major}`];
  await using npm = await spawnProgram('npm', args, { cwd: folder });
  const { code } = await npm.exit;
  if (code !== 0 || !existsSync(program)) throw new Error(`npm brought no Node:\n${npm.stderr}`);
  return program;
}
