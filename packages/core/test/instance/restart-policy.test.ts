import type { Failure } from '@llamactl/contract';
import { describe, expect, test } from 'vitest';
import { decideRestart, restartDelayMs } from '../../src/instance/restart-policy.js';

const middle = () => 0.5;
const crash = { policy: 'on_failure', failure: 'crashed', crashes: 0, readyMs: 0 } as const;

describe('decideRestart', () => {
  test('A1: waits 1, 2, 4, 8 s after the first four failures in a row, and gives up after the fifth', () => {
    const delays = [0, 1, 2, 3].map((crashes) => decideRestart({ ...crash, crashes }, middle));
    expect(delays.map(({ delayMs }) => delayMs)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(delays.map(({ crashes }) => crashes)).toEqual([1, 2, 3, 4]);
    expect(decideRestart({ ...crash, crashes: 4 }, middle)).toEqual({
      failure: 'crash_loop',
      crashes: 5,
      delayMs: null,
    });
  });

  test('counts anew after 60 s of being ready, and not a moment earlier', () => {
    const after = (readyMs: number) => decideRestart({ ...crash, crashes: 4, readyMs }, middle);
    expect(after(59_999).failure).toBe('crash_loop');
    expect(after(60_000)).toEqual({ failure: 'crashed', crashes: 1, delayMs: 1_000 });
  });

  test.each<Failure>([
    'model_missing',
    'model_corrupt',
    'unsupported_model',
    'bad_option',
    'backend_not_found',
  ])('never tries %s again, whatever the policy', (failure) => {
    for (const policy of ['on_failure', 'always', 'never'] as const) {
      expect(decideRestart({ ...crash, policy, failure })).toMatchObject({
        failure,
        delayMs: null,
      });
    }
  });

  test('A27: an exit with 0 is a restart only where the policy says always', () => {
    const ended = { ...crash, failure: null };
    for (const policy of ['on_failure', 'never'] as const) {
      const verdict = decideRestart({ ...ended, policy });
      expect(verdict).toEqual({ failure: null, crashes: 0, delayMs: null });
    }
    expect(decideRestart({ ...ended, policy: 'always' }, middle)).toMatchObject({
      failure: 'crashed',
      delayMs: 1_000,
    });
  });

  test('never means never', () => {
    expect(decideRestart({ ...crash, policy: 'never' })).toMatchObject({
      failure: 'crashed',
      delayMs: null,
    });
  });
});

describe('restartDelayMs', () => {
  test('doubles up to 60 s', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 1_000].map((crashes) =>
      restartDelayMs(crashes, middle),
    );
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  test('differs by at most a fifth, and never exceeds 60 s', () => {
    expect([restartDelayMs(1, () => 0), restartDelayMs(1, () => 1)]).toEqual([800, 1_200]);
    expect([restartDelayMs(9, () => 0), restartDelayMs(9, () => 1)]).toEqual([48_000, 60_000]);
  });
});
