import { describe, expect, it } from 'vitest';
import {
  decide,
  type Newcomer,
  type Resident,
  type Standing,
} from '../../../src/gateway/instances/room-policy.js';
import type { RoomLimits } from '../../../src/gateway/instances/settings.js';

interface Named extends Resident {
  readonly name: string;
}

const none: RoomLimits = { maxRunning: 0, groups: {}, memoryBudget: null };
const two = { ...none, maxRunning: 2 };
const budget = { ...none, memoryBudget: 100 };
const group = { ...none, groups: { large: { max_running: 1 } } };

/** In the order in which they were used, the first one least recently. */
const residents = (
  ...all: (readonly [string, Standing, memory?: number | null, group?: string])[]
) =>
  all.map(([name, standing, memory = null, of = null], usedAt): Named => {
    return { name, standing, memory, group: of as string | null, usedAt, hasTurn: name === 'turn' };
  });

const newcomer = (memory: number | null = null, of: string | null = null): Newcomer => {
  return { memory, group: of };
};

/** As in `stop a b`, `ask a`, `clear` (nothing to be done but to wait), `wait`, `start` and `refuse`. */
function told(who: Newcomer, there: readonly Named[], limits: RoomLimits, isLate = false): string {
  const decision = decide(who, there, limits, isLate);
  if (decision.kind !== 'clear') return decision.kind;
  const { stop, ask } = decision;
  const words = [
    stop.length && ['stop', ...stop.map(({ name }) => name)],
    ask.length && ['ask', ...ask.map(({ name }) => name)],
  ];
  return words.filter(Boolean).flat().join(' ') || 'clear';
}

describe('without a limit', () => {
  it('there is room for any number, whatever they take', () => {
    expect(told(newcomer(), residents(['a', 'fixed'], ['b', 'busy', 10 ** 15]), none)).toBe(
      'start',
    );
  });
});

describe('with a number of instances', () => {
  const table: [what: string, there: Named[], expected: string, late?: string][] = [
    ['is free', residents(['a', 'busy']), 'start'],
    ['the least recently used goes', residents(['a', 'spare'], ['b', 'spare']), 'stop a'],
    ['never a busy one', residents(['a', 'busy'], ['b', 'spare']), 'stop b'],
    ['never a fixed one', residents(['a', 'fixed'], ['b', 'spare']), 'stop b'],
    ['all busy', residents(['a', 'busy'], ['b', 'busy']), 'wait', 'ask a'],
    ['all fixed', residents(['a', 'fixed'], ['b', 'fixed']), 'wait', 'wait'],
    ['one is on its way out', residents(['a', 'spare'], ['b', 'leaving']), 'clear'],
    ['one was asked before', residents(['a', 'busy'], ['b', 'yielding']), 'wait', 'ask b'],
    ['more were asked', residents(['a', 'yielding'], ['b', 'yielding']), 'wait', 'ask a'],
    ['one was asked in vain', residents(['a', 'yielding'], ['b', 'leaving']), 'clear'],
    [
      'more than there may be',
      residents(['a', 'spare'], ['b', 'spare'], ['c', 'spare']),
      'stop a b',
    ],
    ['one rests', residents(['a', 'resting'], ['b', 'spare']), 'wait', 'ask a'],
    ['another rests', residents(['a', 'spare'], ['b', 'resting']), 'stop a'],
    ['one rests in its turn', residents(['turn', 'resting'], ['b', 'busy']), 'wait', 'wait'],
    ['one has its turn', residents(['turn', 'busy'], ['b', 'busy']), 'wait', 'ask b'],
    ['all have their turn', residents(['turn', 'busy'], ['turn', 'busy']), 'wait', 'wait'],
    ['never in vain', residents(['a', 'spare'], ['b', 'fixed'], ['c', 'fixed']), 'wait', 'wait'],
  ];
  it.each(table)('%s', (_, there, expected, late = expected) => {
    expect(told(newcomer(), there, two)).toBe(expected);
    expect(told(newcomer(), there, two, true)).toBe(late);
  });
});

describe('with a limit of its group', () => {
  it('only its members count', () => {
    const there = residents(['a', 'spare'], ['b', 'spare', null, 'large']);
    expect(told(newcomer(null, 'large'), there, group)).toBe('stop b');
    expect(told(newcomer(null, 'other'), there, group)).toBe('start');
    expect(told(newcomer(), there, group)).toBe('start');
    expect(told(newcomer(null, 'toString'), there, group)).toBe('start');
  });

  it('who goes for one limit counts for the other', () => {
    const there = residents(['a', 'spare'], ['b', 'spare', null, 'large']);
    expect(told(newcomer(null, 'large'), there, { ...group, maxRunning: 2 })).toBe('stop b');
  });
});

describe('with a memory budget', () => {
  const table: [
    what: string,
    needs: number | null,
    there: Named[],
    expected: string,
    late?: string,
  ][] = [
    ['fits to the byte', 40, residents(['a', 'busy', 60]), 'start'],
    ['one byte too much', 41, residents(['a', 'spare', 60]), 'stop a'],
    ['as many as it takes', 80, residents(['a', 'spare', 30], ['b', 'spare', 30]), 'stop a b'],
    ['the least recently used', 20, residents(['a', 'spare', 50], ['b', 'spare', 50]), 'stop a'],
    [
      'none whose going is not needed',
      50,
      residents(['a', 'spare', 10], ['b', 'spare', 60]),
      'stop b',
    ],
    ['never in vain', 50, residents(['a', 'fixed', 60], ['b', 'spare', 20]), 'wait', 'wait'],
    ['never a busy one', 50, residents(['a', 'busy', 60], ['b', 'spare', 20]), 'wait', 'ask a'],
    [
      'spare ones stay until the busy are done',
      90,
      residents(['a', 'busy', 60], ['b', 'spare', 30]),
      'wait',
      'ask a',
    ],
    ['waits for what is leaving', 50, residents(['a', 'leaving', 60], ['b', 'spare', 30]), 'clear'],
    ['larger than all', 101, residents(), 'refuse', 'refuse'],
    ['larger than all, with somebody there', 101, residents(['a', 'spare', 1]), 'refuse'],
    ['of unknown size, alone', null, residents(), 'start'],
    [
      'of unknown size, with others',
      null,
      residents(['a', 'spare', 1], ['b', 'spare', 1]),
      'stop a b',
    ],
    ['of unknown size, with a busy one', null, residents(['a', 'busy', 1]), 'wait', 'ask a'],
    ['one of unknown size is there', 1, residents(['a', 'spare', 1], ['b', 'spare']), 'stop b'],
    ['one of unknown size loads', 1, residents(['a', 'fixed']), 'wait', 'wait'],
  ];
  it.each(table)('%s', (_, needs, there, expected, late = expected) => {
    expect(told(newcomer(needs), there, budget)).toBe(expected);
    expect(told(newcomer(needs), there, budget, true)).toBe(late);
  });

  it('says what is too much', () => {
    const decision = decide(newcomer(101), [], budget, false);
    expect(decision).toEqual({ kind: 'refuse', budget: 100, needed: 101 });
  });
});
