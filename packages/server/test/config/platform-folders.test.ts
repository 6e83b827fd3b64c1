import { describe, expect, it } from 'vitest';
import { defaultDataDir, userConfigDir } from '../../src/config/platform-folders.js';

describe('platform folders', () => {
  it.each([
    ['linux', {}, '/home/me/.local/share/llamactl', '/home/me/.config/llamactl'],
    ['linux', { XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/c' }, '/d/llamactl', '/c/llamactl'],
    [
      'freebsd',
      { LOCALAPPDATA: '/w' },
      '/home/me/.local/share/llamactl',
      '/home/me/.config/llamactl',
    ],
    [
      'darwin',
      { XDG_DATA_HOME: '/d' },
      '/home/me/Library/Application Support/llamactl',
      '/home/me/Library/Application Support/llamactl',
    ],
    ['win32', { LOCALAPPDATA: '/l', APPDATA: '/r' }, '/l/llamactl', '/r/llamactl'],
  ])('are those of %s with %j', (name, environment, data, config) => {
    const platform = { name, environment, homeFolder: '/home/me', workingFolder: '/work' };
    expect(defaultDataDir(platform)).toBe(data);
    expect(userConfigDir(platform)).toBe(config);
  });
});
