import { expect, test } from 'vitest';
import { platformNotice } from '../../src/system/platform-notice.js';

test('what does not work is said on Windows, and only there', () => {
  expect(platformNotice('win32')).toMatch(/Windows cannot run instances.*WSL 2/);
  for (const platform of ['linux', 'darwin', 'freebsd'] as const) {
    expect(platformNotice(platform)).toBe(null);
  }
});
