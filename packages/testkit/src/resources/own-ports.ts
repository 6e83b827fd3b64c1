/** Ports of one range. */
const size = 150;
/** Ranges of one worker of the tests. */
const ranges = 8;
let next = Math.floor(Math.random() * ranges);

/**
 * A range of ports for the instances of one Llamactl, first and last, from 10 000 to 19 599: those of tests that run at the
 * same time must not meet, and programs that were given theirs by the system must not take one. Each of Vitest's workers has
 * eight ranges (VITEST_POOL_ID), which it gives out in turn.
 */
export function ownPorts(): readonly [first: number, last: number] {
  const worker = Number(process.env.VITEST_POOL_ID ?? 1) % 8;
  const first = 10_000 + (worker * ranges + (next++ % ranges)) * size;
  return [first, first + size - 1];
}
