import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../io.js';

/** The folder for settings of the user: `XDG_CONFIG_HOME` or ~/.config, Application Support, or APPDATA. */
export function configFolder(env: Env, platform: NodeJS.Platform = process.platform): string {
  const home = env.HOME || homedir();
  if (platform === 'win32') {
    return join(env.APPDATA || join(home, 'AppData/Roaming'), 'llamactl');
  }
  if (platform === 'darwin') return join(home, 'Library/Application Support/llamactl');
  return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'llamactl');
}
