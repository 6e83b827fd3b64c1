import type { Reporter, TestModule } from 'vitest/node';

/** Ends every run with one plain line, `N passed, N failed[, N skipped]`, for people and for CI. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) count[test.result().state]++;
      // A module that broke before any of its tests ran has no failed test to count.
      const broken = module.state() === 'failed' && tests.every((test) => test.ok());
      if (broken) count.failed++;
    }
    const skipped = count.skipped + count.pending;
    if (skipped > 0 && process.env.CI) {
      console.log(`${skipped} tests were skipped; under CI that counts as a failure`);
      count.failed += skipped;
      process.exitCode = 1;
    }
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    console.log(`${count.passed} passed, ${count.failed} failed${tail}`);
  }
}
