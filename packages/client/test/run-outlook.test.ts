import { describe, expect, it } from 'vitest';
import type { InstanceStatus, LastExit } from '../src/index.js';
import { longestGapMs, RunOutlook, type SeenRun } from '../src/run-outlook.js';

/** Looks as in `0 starting, 4999 stopped a`: when, in what status, and which run had ended before, if any had. */
function looksOf(text: string): (SeenRun & { atMs: number })[] {
  return text.split(', ').map((look) => {
    const [at, status, run = null] = look.split(' ');
    return { atMs: Number(at), status: status as InstanceStatus, last_exit: exitOf(run) };
  });
}

function exitOf(at: string | null): LastExit | null {
  return at === null ? null : { code: 0, signal: null, reason: '', at, log_tail: [] };
}

/** Whether it is over, at each look. */
function follow(text: string): boolean[] {
  const outlook = new RunOutlook();
  return looksOf(text).map(({ atMs, ...seen }) => outlook.isOver(seen, atMs));
}

describe('the outlook of what is awaited to run', () => {
  it('has gaps of 5 s in restarts', () => expect(longestGapMs).toBe(5_000));

  it.each([
    ['a start', '0 starting, 999999 starting'],
    ['a start after the wait began', '0 stopped, 999998 stopped, 999999 starting'],
    ['a start after the wait began, of what has run before', '0 stopped a, 999999 stopped a'],
    ['a restart of what runs', '0 stopping, 1 stopped a, 4999 stopped a, 5001 starting a'],
    ['a restart of what runs, seen late', '0 stopped a, 999999 stopped a, 999999 starting a'],
    ['a restart of what is starting', '0 starting, 1 stopping, 2 stopped a, 5000 starting a'],
    ['one whose stopping was not seen', '0 starting, 1 stopped a, 5000 stopped a, 5001 starting a'],
    ['one that was not seen at all', '0 starting a, 1 starting b'],
    [
      'two, the start between them not seen',
      '0 stopping, 1 stopped a, 4999 stopped b, 9998 stopped b',
    ],
    ['two in a row', '0 stopping, 1 stopped a, 4999 starting a, 5000 stopped b, 9999 stopped b'],
    ['a restart of what has failed', '0 starting a, 1 starting a'],
  ])('is open for %s', (_, looks) => {
    expect(follow(looks)).not.toContain(true);
  });

  it.each([
    [
      'a stop of what is starting',
      '0 starting, 1 stopping, 2 stopped a, 5001 stopped a, 5002 stopped a',
    ],
    ['one whose stopping was not seen', '0 starting, 1 stopped a, 5000 stopped a, 5001 stopped a'],
    ['a stop of what runs', '0 stopping, 1 stopped a, 5001 stopped a'],
    [
      'a start and a stop that were not seen',
      '0 stopped a, 1 stopped b, 5000 stopped b, 5001 stopped b',
    ],
    ['a first start and a stop that were not seen', '0 stopped, 1 stopped a, 5001 stopped a'],
    ['a failure', '0 starting, 1 failed a'],
    ['a failure that was not seen to come', '0 stopped, 1 failed a'],
    ['a failure in a restart', '0 stopping, 1 stopped a, 2 failed b'],
    ['what has failed already', '0 failed a'],
  ])('is over after %s, and not before', (_, looks) => {
    const over = follow(looks);
    expect(over.indexOf(true)).toBe(over.length - 1);
  });
});
