// Writes `0 I line N …` for N from 1 on to stdout. Arguments: lines (0: no end), bytes per second (0: as fast as they go). Begins when its input ends.
import { writeSync } from 'node:fs';

const [last = 0, bytesPerSecond = 0] = process.argv.slice(2).map(Number);
const filling = '-'.repeat(80);
/** So much between two turns of the event loop. */
const batchBytes = 262_144;
let startedAt = performance.now();
let written = 0;
let bytes = 0;

function writeBatch() {
  const due = bytesPerSecond
    ? (bytesPerSecond * (performance.now() - startedAt)) / 1000
    : Number.POSITIVE_INFINITY;
  let batch = '';
  while (
    batch.length < batchBytes &&
    bytes + batch.length < due &&
    (last === 0 || written < last)
  ) {
    batch += `0 I line ${++written} ${filling}\n`;
  }
  for (let rest = Buffer.from(batch); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest));
  bytes += batch.length;
  if (written !== last) setTimeout(writeBatch, bytes < due ? 0 : 2);
}

// Once its input ends.
for await (const _ of process.stdin);
startedAt = performance.now();
writeBatch();
