import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Ends every run with one plain line, `N passed, N failed[, N skipped]`, for people and for CI. Steps of the check
 * that failed before the tests come in FAILED_STEPS, separated by commas; each counts as one failure.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) count[test.result().state]++;
      tellFlaky(tests);
      // A module that broke before any of its tests ran has no failed test to count.
      const broken = module.state() === 'failed' && tests.every((test) => test.ok());
      if (broken) count.failed++;
    }
    const skipped = count.skipped + count.pending;
    count.failed += failuresBesideTests(skipped);
    if (count.failed > 0) process.exitCode = 1;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    console.log(`${count.passed} passed, ${count.failed} failed${tail}`);
  }
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

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 300);
}

function failuresBesideTests(skipped: number): number {
  const steps = (process.env.FAILED_STEPS ?? '').split(', ').filter(Boolean);
  if (steps.length > 0) console.log(`failed before the tests: ${steps.join(', ')}`);
  const forbidden = process.env.CI ? skipped : 0;
  if (forbidden > 0)
    console.log(`${skipped} tests were skipped; under CI that counts as a failure`);
  return steps.length + forbidden;
}
