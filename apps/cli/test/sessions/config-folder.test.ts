import { expect, it } from 'vitest';
import { configFolder } from '../../src/sessions/config-folder.js';

it.each([
  ['linux', { HOME: '/home/a' }, '/home/a/.config/llamactl'],
  ['linux', { HOME: '/home/a', XDG_CONFIG_HOME: '/etc/a' }, '/etc/a/llamactl'],
  ['darwin', { HOME: '/Users/a' }, '/Users/a/Library/Application Support/llamactl'],
  ['win32', { HOME: '/a', APPDATA: '/a/Roaming' }, '/a/Roaming/llamactl'],
] as const)('on %s with %j it is %s', (platform, env, folder) => {
  expect(configFolder(env, platform)).toBe(folder);
});
