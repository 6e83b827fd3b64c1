import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What a run leaves for the one that tries the failed files again. */
interface RestOfRun {
  /** Test files that failed. */
  readonly files: readonly string[];
  /** Tests of the other files. */
  readonly passed: number;
  readonly skipped: number;
}

/** More files than these do not fail by chance. */
const mostAgain = 6;

/**
 * Ends every run with one plain line, `N passed, N failed[, N skipped]`, for people and for CI. Steps of the check
 * that failed before the tests come in FAILED_STEPS, separated by commas; each counts as one failure.
 *
 * With RETRY_FILE, the path of a file, a run in which few test files failed writes them there instead, to be run again by
 * themselves; the run that does so gets the path in RETRY_OF, and its line counts the tests of both.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    if (unhandled.length === 0 && leaveForRetry(modules)) return;
    const count = countTests(modules);
    count.failed += unhandled.length;
    const earlier = restOfEarlierRun();
    if (earlier !== null) {
      if (count.failed === 0) for (const file of earlier.files) tellFlakyFile(file);
      count.passed += earlier.passed;
      count.skipped += earlier.skipped;
    }
    count.failed += failuresBesideTests(count.skipped);
    if (count.failed > 0) process.exitCode = 1;
    const tail = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    console.log(`${count.passed} passed, ${count.failed} failed${tail}`);
  }
}

function countTests(modules: readonly TestModule[]) {
  const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  for (const module of modules) {
    const tests = [...module.children.allTests()];
    for (const test of tests) count[test.result().state]++;
    tellFlaky(tests);
    // A module that broke before any of its tests ran has no failed test to count.
    const broken = module.state() === 'failed' && tests.every((test) => test.ok());
    if (broken) count.failed++;
  }
  return { passed: count.passed, failed: count.failed, skipped: count.skipped + count.pending };
}

/** A test that passed only when it was tried again is not hidden: it wants mending. */
function tellFlaky(tests: readonly TestCase[]): void {
  for (const test of tests) {
    if (!test.diagnostic()?.flaky) continue;
    console.log(`passed only when tried again: ${test.fullName}`);
    // It keeps the errors of the tries before.
    for (const { message } of test.result().errors ?? []) console.log(`  ${firstLine(message)}`);
  }
}

function tellFlakyFile(file: string): void {
  console.log(`passed only when its file was run again: ${file}; see above for what was wrong`);
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 300);
}

/** True when the failed files are left to another run. */
function leaveForRetry(modules: readonly TestModule[]): boolean {
  const path = process.env.RETRY_FILE;
  const failed = modules.filter((module) => module.state() === 'failed');
  if (path === undefined || failed.length === 0 || failed.length > mostAgain) return false;
  const { passed, skipped } = countTests(modules.filter((module) => !failed.includes(module)));
  const rest: RestOfRun = { files: failed.map(({ moduleId }) => moduleId), passed, skipped };
  writeFileSync(path, JSON.stringify(rest));
  return true;
}

function restOfEarlierRun(): RestOfRun | null {
  const path = process.env.RETRY_OF;
  return path === undefined ? null : JSON.parse(readFileSync(path, 'utf8'));
}

function failuresBesideTests(skipped: number): number {
  const steps = (process.env.FAILED_STEPS ?? '').split(', ').filter(Boolean);
  if (steps.length > 0) console.log(`failed before the tests: ${steps.join(', ')}`);
  const forbidden = process.env.CI ? skipped : 0;
  if (forbidden > 0)
    console.log(`${skipped} tests were skipped; under CI that counts as a failure`);
  return steps.length + forbidden;
}
