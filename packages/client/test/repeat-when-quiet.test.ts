import { describe, expect, it } from 'vitest';
import { repeatWhenQuiet } from '../src/repeat-when-quiet.js';

/** A source whose values a test hands out one by one; `ended` when it was told that nobody listens. */
function handSource() {
  let hand: (value: number | null) => void = () => {};
  let asked = 0;
  let ended = false;
  async function* values(): AsyncGenerator<number, void, undefined> {
    try {
      for (;;) {
        asked += 1;
        const value = await new Promise<number | null>((resolve) => {
          hand = resolve;
        });
        if (value === null) return;
        yield value;
      }
    } finally {
      ended = true;
    }
  }
  return {
    values: values(),
    hand: (value: number | null) => hand(value),
    state: () => ({ asked, ended }),
  };
}

describe('repeatWhenQuiet', () => {
  it('gives the last value again and again until another one follows', async () => {
    const { values, hand } = handSource();
    const seen: number[] = [];
    const done = (async () => {
      for await (const value of repeatWhenQuiet(values, 10)) {
        seen.push(value);
        if (seen.length === 3) hand(2);
        if (seen.length === 5) hand(null);
      }
    })();
    hand(1);
    await done;
    expect(seen).toEqual([1, 1, 1, 2, 2]);
  });

  it('asks for no value before the one before was taken', async () => {
    const { values, hand, state } = handSource();
    const repeated = repeatWhenQuiet(values, 10_000);
    const first = repeated.next();
    hand(1);
    expect((await first).value).toBe(1);
    expect(state()).toEqual({ asked: 1, ended: false });
    await repeated.return();
    expect(state()).toEqual({ asked: 1, ended: true });
  });

  it('can be left while it waits for the next value', async () => {
    const { values, hand, state } = handSource();
    for await (const value of repeatWhenQuiet(first(values, hand), 10)) {
      if (value === 1 && state().asked === 2) break;
    }
    hand(null);
    await new Promise(setImmediate);
    expect(state().ended).toBe(true);
  });

  it('ends with the error of the source', async () => {
    async function* failing(): AsyncGenerator<number, void, undefined> {
      yield 1;
      throw new Error('broken');
    }
    const seen: number[] = [];
    const reading = (async () => {
      for await (const value of repeatWhenQuiet(failing(), 10_000)) seen.push(value);
    })();
    await expect(reading).rejects.toThrow('broken');
    expect(seen).toEqual([1]);
  });
});

/** Hands out 1 as soon as the source is asked. */
async function* first(values: AsyncIterable<number>, hand: (value: number) => void) {
  queueMicrotask(() => hand(1));
  yield* values;
}
