import { expect, it } from 'vitest';
import { signOf } from '../../src/liveness/look.js';

it.each([
  ['nothing', 0, 'still'],
  ['what questions of clients cost one whose work has stopped, four a second', 0.005, 'still'],
  ['what work takes', 0.05, 'moved'],
])('A5: of a processor over 15 s, %s', (_what, share, sign) => {
  expect(signOf({ usedMs: 15_000 * share, isHeld: false }, 15_000)).toBe(sign);
});

it.each([
  ['what cannot be seen counts as work', { usedMs: null, isHeld: false }, 'moved'],
  ['one that is held is told from one that hangs', { usedMs: 0, isHeld: true }, 'held'],
  ['the first look only begins', null, 'still'],
] as const)('A5: %s', (_what, activity, sign) => {
  expect(signOf(activity, 15_000)).toBe(sign);
});
