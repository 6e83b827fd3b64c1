// Numbered log lines: FAKE_LINES of them (no end), FAKE_LINES_PER_SECOND (as fast as they go).
import { setting } from './command-line.mjs';
import { timestamp, writeRaw } from './log.mjs';

const linesAtOnce = 500;
const filling = '-'.repeat(60);

/** Starts writing; between batches the HTTP server gets its turn. */
export function flood() {
  const last = setting('lines', Number.POSITIVE_INFINITY);
  const perSecond = setting('lines-per-second', Number.POSITIVE_INFINITY);
  const startedAt = performance.now();
  let written = 0;

  const writeBatch = () => {
    const elapsedS = (performance.now() - startedAt) / 1000 + 0.005;
    const until = Math.min(last, perSecond * elapsedS, written + linesAtOnce);
    let batch = '';
    while (written + 1 <= until) batch += `${timestamp()} I flood line ${++written} ${filling}\n`;
    writeRaw(batch);
    if (written >= last) return;
    if (Number.isFinite(perSecond)) setTimeout(writeBatch, 5);
    else setImmediate(writeBatch);
  };
  writeBatch();
}
