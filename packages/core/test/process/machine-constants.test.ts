import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { machineConstants } from '../../src/process/machine-constants.js';

const getconf = (name: string) => Number(execFileSync('getconf', [name], { encoding: 'utf8' }));

test.runIf(process.platform === 'linux')('the constants are those that getconf tells', () => {
  expect(machineConstants()).toEqual({
    pageBytes: getconf('PAGESIZE'),
    ticksPerSecond: getconf('CLK_TCK'),
  });
});
