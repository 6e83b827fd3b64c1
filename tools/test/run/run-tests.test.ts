import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnProgram, tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';

const reporter = new URL('../../closing-line-reporter.ts', import.meta.url).pathname;
const runTests = new URL('../../run/run-tests.mjs', import.meta.url).href;
const sound = `test('is sound', () => {});`;
const count = `const { appendFileSync } = await import('node:fs'); appendFileSync(import.meta.dirname + '/tries', '.');`;
/** Fails for as long as its process lives: what it was the first time stands in its way. */
const stuck = `const { existsSync, writeFileSync } = await import('node:fs');
  const been = import.meta.dirname + '/been'; const first = !existsSync(been); writeFileSync(been, '');
  ${sound} test('is stuck', { retry: 1 }, () => { if (first) throw new Error('in the way'); });`;
const broken = `${count} test('is broken', () => { throw new Error('always'); });`;

test('a file that fails is run once more by itself in CI, and named when it passes', async () => {
  const { lines, tries, code } = await run({ sound, stuck }, '1');
  expect(tries).toBe('');
  expect(lines.slice(-2)).toEqual([
    expect.stringMatching(/^passed only when its file was run again: .*stuck\.test\.ts/),
    '3 passed, 0 failed',
  ]);
  expect(code).toBe(0);
});

test('a file that fails again has failed', async () => {
  const { lines, tries, code } = await run({ sound, stuck, broken }, '1');
  expect(tries).toBe('..');
  expect(lines.at(-1)).toBe('3 passed, 1 failed');
  expect(lines.join('\n')).not.toContain('passed only');
  expect(code).toBe(1);
});

test('nothing is run again when many files fail, or elsewhere than in CI', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const many = await run(Object.fromEntries(names.map((name) => [name, broken])), '1');
  expect([many.tries, many.lines.at(-1), many.code]).toEqual(['.......', '0 passed, 7 failed', 1]);
  const home = await run({ sound, broken }, undefined);
  expect([home.tries, home.lines.at(-1), home.code]).toEqual(['.', '1 passed, 1 failed', 1]);
});

/** Runs files of tests as the check does. */
async function run(files: Record<string, string>, ci: string | undefined) {
  await using dir = await tempDir();
  for (const [name, source] of Object.entries(files)) {
    await writeFile(join(dir.path, `${name}.test.ts`), source);
  }
  await writeFile(join(dir.path, 'tries'), '');
  const args = JSON.stringify(['--globals', '--root', dir.path, '--reporter', reporter]);
  const program = `const { runTests } = await import('${runTests}');
    process.exitCode = (await runTests([], undefined, ${args})) ? 0 : 1;`;
  const env = { CI: ci, FAILED_STEPS: undefined, RETRY_FILE: undefined, RETRY_OF: undefined };
  await using check = await spawnProgram(process.execPath, ['--input-type=module', '-e', program], {
    env,
  });
  const { code } = await check.exit;
  const tries = await readFile(join(dir.path, 'tries'), 'utf8');
  return { lines: check.stdout.trim().split('\n'), tries, code };
}
