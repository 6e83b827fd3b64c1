import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnProgram } from '@llamactl/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { binDir } from '../run/paths.mjs';

const reporter = new URL('../closing-line-reporter.ts', import.meta.url).pathname;
const passing = `test('passes', () => {});`;
const failing = `test('fails', () => expect(1).toBe(2));`;
const flaky = `let tries = 0; test('flaky', { retry: 1 }, () => expect(tries++).toBe(1));`;
const left = `test['skip']('left out', () => {});`;

test.each([
  ['passes', `${passing} ${failing.replace('2', '1')}`, {}, '2 passed, 0 failed', 0],
  ['fails', `${passing} ${failing}`, {}, '1 passed, 1 failed', 1],
  ['does not load', `throw new Error('broken');`, {}, '0 passed, 1 failed', 1],
  ['skips at home', `${passing} ${left}`, {}, '1 passed, 0 failed, 1 skipped', 0],
  ['skips in CI', `${passing} ${left}`, { CI: '1' }, '1 passed, 1 failed, 1 skipped', 1],
  ['comes after failed steps', passing, { FAILED_STEPS: 'a b, c' }, '1 passed, 2 failed', 1],
])('a run that %s ends with the right line and code', async (_, source, env, line, code) => {
  const { stdout, exit } = await runVitest(source, env);
  expect(stdout.trim().split('\n').at(-1)).toBe(line);
  expect(exit).toEqual({ code, signal: null });
});

test('a test that passes only when it is tried again is named, with what was wrong', async () => {
  const { stdout, exit } = await runVitest(flaky);
  const lines = stdout.trim().split('\n').slice(-3);
  expect(lines).toEqual([
    'passed only when tried again: flaky',
    expect.stringMatching(/^ {2}expected \+?0 to be 1/),
    '1 passed, 0 failed',
  ]);
  expect(exit.code).toBe(0);
});

/** Runs a file of tests with the reporter alone. */
async function runVitest(source: string, env: Record<string, string> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'llamactl-reporter-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeFile(join(root, 'a.test.ts'), source);
  const args = ['run', '--globals', '--root', root, '--reporter', reporter];
  await using vitest = await spawnProgram(join(binDir, 'vitest'), args, {
    env: {
      CI: undefined,
      FAILED_STEPS: undefined,
      RETRY_FILE: undefined,
      RETRY_OF: undefined,
      ...env,
    },
  });
  const exit = await vitest.exit;
  return { stdout: vitest.stdout, exit };
}
