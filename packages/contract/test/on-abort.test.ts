import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { onAbort } from '../src/index.js';

describe('onAbort', () => {
  it('tells everybody once, in the order they came', () => {
    const controller = new AbortController();
    const told: number[] = [];
    for (const number of [1, 2, 3]) onAbort(controller.signal, () => told.push(number));
    controller.abort();
    controller.abort();
    expect(told).toEqual([1, 2, 3]);
  });

  it('tells at once of a signal that has aborted', () => {
    let told = 0;
    const end = onAbort(AbortSignal.abort(), () => {
      told += 1;
    });
    end();
    expect(told).toBe(1);
  });

  it('does not tell who has gone, also one that goes while others are told', () => {
    const controller = new AbortController();
    const told: string[] = [];
    const endFirst = onAbort(controller.signal, () => told.push('gone before'));
    let endLast = () => {};
    onAbort(controller.signal, () => {
      told.push('here');
      endLast();
    });
    endLast = onAbort(controller.signal, () => told.push('gone meanwhile'));
    endFirst();
    controller.abort();
    expect(told).toEqual(['here']);
  });

  it('takes the same function twice, and leaves one when the other ends', () => {
    const controller = new AbortController();
    let told = 0;
    const listener = () => {
      told += 1;
    };
    const end = onAbort(controller.signal, listener);
    onAbort(controller.signal, listener);
    end();
    end();
    controller.abort();
    expect(told).toBe(1);
  });

  it('puts one listener on a signal for all, and none when all have gone', () => {
    const { signal } = new AbortController();
    const count = () => getEventListeners(signal, 'abort').length;
    for (let round = 0; round < 2; round += 1) {
      const ends = Array.from({ length: 100 }, () => onAbort(signal, () => {}));
      expect(count()).toBe(1);
      for (const end of ends) end();
      expect(count()).toBe(0);
    }
  });
});
