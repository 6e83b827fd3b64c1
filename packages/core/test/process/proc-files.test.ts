import { expect, test } from 'vitest';
import { machineConstants } from '../../src/process/machine-constants.js';
import { parseStat } from '../../src/process/proc-files.js';

test.for(['llama-server', 'a b', ') S 1 2 3', '((x))', ''])(
  'the fields are found whatever the name is: "%s"',
  (name) => {
    const line = `4711 (${name}) R 10 20 30 34816 4711 4194304 7 8 9 10 250 50 13 14 20 0 3 0 987654 1000000 42 18446744073709551615 1 1`;
    expect(parseStat(line)).toEqual({
      pid: 4711,
      ppid: 10,
      pgid: 20,
      session: 30,
      state: 'R',
      startedTicks: '987654',
      cpuTicks: 300,
      residentBytes: 42 * machineConstants().pageBytes,
    });
  },
);
