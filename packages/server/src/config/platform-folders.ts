import { join } from 'node:path';
import type { Environment } from './substitute-variables.js';

/** What the folders of a platform depend on. */
export interface Platform {
  /** As `process.platform` says it. */
  readonly name: string;
  readonly environment: Environment;
  readonly homeFolder: string;
  readonly workingFolder: string;
}

/** Folder for data: `XDG_DATA_HOME` or ~/.local/share, Application Support, or LOCALAPPDATA. */
export function defaultDataDir(platform: Platform): string {
  return folderOf(platform, 'XDG_DATA_HOME', '.local/share', 'LOCALAPPDATA', 'AppData/Local');
}

/** Folder for the configuration file: `XDG_CONFIG_HOME` or ~/.config, Application Support, or APPDATA. */
export function userConfigDir(platform: Platform): string {
  return folderOf(platform, 'XDG_CONFIG_HOME', '.config', 'APPDATA', 'AppData/Roaming');
}

function folderOf(
  { name, environment, homeFolder }: Platform,
  xdg: string,
  xdgFallback: string,
  windows: string,
  windowsFallback: string,
): string {
  const base = {
    darwin: join(homeFolder, 'Library/Application Support'),
    win32: environment[windows] || join(homeFolder, windowsFallback),
  }[name];
  return join(base ?? (environment[xdg] || join(homeFolder, xdgFallback)), 'llamactl');
}
