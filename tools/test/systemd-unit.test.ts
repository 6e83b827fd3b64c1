import { readFile } from 'node:fs/promises';
import { llamactlDefaults } from '@llamactl/core';
import { expect, test } from 'vitest';

const read = (file: string) =>
  readFile(new URL(`../../docs/advanced/${file}`, import.meta.url), 'utf8');

test('the unit that is shown is the unit that is there', async () => {
  const shown = /```ini\n([\s\S]*?)```/.exec(await read('upgrading.md'))?.[1];
  expect(shown).toBe(await read('llamactl.service'));
});

test('the unit leaves instances to the server, and gives it the time that it promises', async () => {
  const unit = await read('llamactl.service');
  expect(unit).toMatch(/^KillMode=process$/m);
  expect(unit).toMatch(/^Restart=always$/m);
  const seconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
  expect(seconds * 1_000).toBeGreaterThan(llamactlDefaults.stopTimeoutMs + 10_000);
});
