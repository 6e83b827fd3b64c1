import { expect, test } from 'vitest';
import { type Course, goodCourse, judge, type Look } from '../../src/liveness/judge.js';

const hangTimeoutMs = 60_000;
const elapsedMs = 10_000;
const idle: Look = { answers: true, hasWork: false, sign: 'moved', elapsedMs };
const silent: Look = { answers: false, hasWork: false, sign: 'still', elapsedMs };
const stuck: Look = { answers: true, hasWork: true, sign: 'still', elapsedMs };

const times = (count: number, look: Look): Look[] => Array(count).fill(look);

/** How things went after each of some looks. */
function courses(...looks: Look[]): Course[] {
  const all: Course[] = [];
  for (const look of looks) all.push(judge(all.at(-1) ?? goodCourse, look, hangTimeoutMs));
  return all;
}

const after = (...looks: Look[]) => courses(...looks).at(-1);
const everHung = (...looks: Look[]) => courses(...looks).some(({ isHung }) => isHung);

test('one that answers and has nothing to do is well', () => {
  expect(after(...times(100, idle), ...times(100, { ...idle, sign: 'still' }))).toEqual(goodCourse);
});

test('one or two answers that are missing say nothing, the third one does', () => {
  expect(after(...times(2, silent))?.condition).toBe('well');
  expect(after(...times(3, silent))?.condition).toBe('unresponsive');
  expect(after(...times(2, silent), idle, ...times(2, silent))?.condition).toBe('well');
});

test('A5: one hangs after the time in which nothing moved, counted from the first look that said so', () => {
  expect(everHung(...times(6, silent))).toBe(false);
  expect(after(...times(7, silent))).toMatchObject({ isHung: true, stillMs: 60_000 });
  expect(after(...times(6, stuck))).toMatchObject({ isHung: false, condition: 'well' });
  expect(after(...times(7, stuck))).toMatchObject({ isHung: true, condition: 'stalled' });
});

test.each<[string, Look[]]>([
  ['works on a long prompt and still answers /health', times(1_000, { ...stuck, sign: 'moved' })],
  ['works and answers nothing at all', times(1_000, { ...silent, hasWork: true, sign: 'moved' })],
  [
    'works in bursts',
    Array(200)
      .fill([...times(6, stuck), { ...stuck, sign: 'moved' }])
      .flat(),
  ],
  ['loads, and says so', times(1_000, { ...idle, sign: 'still' })],
  ['is suspended while it is idle', times(1_000, { ...silent, sign: 'held' })],
  ['is suspended in the midst of its work', times(1_000, { ...stuck, sign: 'held' })],
  [
    'was suspended for long, and has not answered yet',
    [...times(1_000, { ...silent, sign: 'held' }), ...times(6, silent)],
  ],
])('A5: one that %s never hangs', (_, looks) => {
  expect(everHung(...looks)).toBe(false);
});

test('A18: one that is suspended is told of after three looks, and when its work waits for long', () => {
  expect(after(...times(3, { ...silent, sign: 'held' }))?.condition).toBe('unresponsive');
  expect(after(...times(7, { ...stuck, sign: 'held' }))?.condition).toBe('stalled');
});

test('however short the time is, one answer that is missing is no hang', () => {
  const soon = (looks: Look[]) =>
    looks.reduce((course, look) => judge(course, look, 1), goodCourse).isHung;
  expect([soon(times(2, silent)), soon(times(3, silent))]).toEqual([false, true]);
});

test('one that answers again but does not work is not well again', () => {
  expect(after(...times(3, silent), stuck)?.condition).toBe('stalled');
  expect(after(...times(3, silent), ...times(4, stuck))).toMatchObject({ isHung: true });
  expect(after(...times(3, silent), stuck, idle)).toEqual(goodCourse);
});
