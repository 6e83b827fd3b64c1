import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import {
  markReady,
  markStopping,
  readReadyMark,
  readStopMark,
} from '../../src/process/run-marks.js';

test('marks are read as they were written, and are absent before', async () => {
  await using dir = await tempDir();
  expect(await readReadyMark(dir.path)).toBe(null);
  expect(await readStopMark(dir.path)).toBe(null);
  const at = new Date('2026-01-02T03:04:05.678Z');
  await markReady(dir.path, at);
  expect(await readReadyMark(dir.path)).toEqual(at);
  for (const restart of [true, false]) {
    const mark = { kill_at: at.toISOString(), within_ms: 700, restart, hold: !restart };
    await markStopping(dir.path, mark);
    expect(await readStopMark(dir.path)).toEqual(mark);
  }
});

test.each(['', '{', 'null', '{}', '{"kill_at":5}', '{"kill_at":"never"}'])(
  'a mark that holds %j counts as none',
  async (text) => {
    await using dir = await tempDir();
    await writeFile(join(dir.path, 'stop.json'), text);
    await writeFile(join(dir.path, 'ready'), text);
    expect(await readStopMark(dir.path)).toBe(null);
    expect(await readReadyMark(dir.path)).toBe(null);
  },
);
