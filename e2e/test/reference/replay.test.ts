import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referenceRows } from '../../reference/reference-row.js';
import { Replay } from '../../reference/replay.js';

// One server lives through all rows: each builds on those before it.
describe('the reference holds', () => {
  let replay: Replay;

  beforeAll(async () => {
    replay = await Replay.open();
  });
  afterAll(() => replay?.[Symbol.asyncDispose]());

  for (const row of referenceRows) {
    if (row.unbuilt) {
      test(`${row.section}: ${row.id} is not built yet`, async () => {
        const { status, problems } = await replay.play(row);
        // It is built now: take away `unbuilt` and `answersNow` of its row.
        expect(problems).not.toEqual([]);
        expect(status).toBe(row.answersNow);
      });
    } else {
      test(`${row.section}: ${row.id}`, async () => {
        expect(await replay.play(row)).toMatchObject({ problems: [] });
      });
    }
  }
});
