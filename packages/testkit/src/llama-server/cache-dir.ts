import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where an unpacked server is kept: in the workspace above the working folder, else per user. */
export function defaultCacheDir(env: NodeJS.ProcessEnv, cwd = process.cwd()): string {
  const workspace = workspaceRoot(cwd);
  if (workspace !== undefined) return join(workspace, '.cache', 'llama-server');
  return join(userCacheDir(env), 'llamactl', 'llama-server');
}

function workspaceRoot(folder: string): string | undefined {
  if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : workspaceRoot(parent);
}

function userCacheDir(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return env.LOCALAPPDATA;
  return env.XDG_CACHE_HOME || join(homedir(), '.cache');
}
