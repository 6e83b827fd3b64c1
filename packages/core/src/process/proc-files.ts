import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { machineConstants } from './machine-constants.js';
import type { ProcessInfo } from './process-table.js';
import { isResourceShortage } from './resource-shortage.js';

/**
 * Reads `/proc/PID/stat`; null when the process is gone.
 *
 * @throws Error of the system when it has no descriptor or memory left to look.
 */
export function readProcFile(pid: number): ProcessInfo | null {
  try {
    const stat = readStat(pid);
    return stat === '' ? null : parseStat(stat);
  } catch (error) {
    if (isResourceShortage(error)) throw error;
    return null;
  }
}

/** Longer than any line of it: 52 numbers, and a name of at most 64 characters. */
const statBuffer = Buffer.alloc(2048);

/** In one read, and with one buffer for all: a stop looks at every process again and again. */
function readStat(pid: number): string {
  const descriptor = openSync(`/proc/${pid}/stat`, 'r');
  try {
    return statBuffer.toString('latin1', 0, readSync(descriptor, statBuffer));
  } finally {
    closeSync(descriptor);
  }
}

/** Reads `/proc/PID/stat` of every process. */
export function readProcFiles(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcFile(Number(name)))
    .filter((entry) => entry !== null);
}

const lastField = 24;
/** The fields of one line by their number; those that may be below zero or are no number are not to be used. */
const numbers = new Float64Array(lastField + 1);

/** Reads one line of `/proc/PID/stat`, as proc(5) describes it. */
export function parseStat(stat: string): ProcessInfo {
  // The name in parentheses may itself hold spaces and parentheses, so fields count from the last one.
  const from = stat.lastIndexOf(')') + 2;
  readNumbers(stat, from);
  const number = (field: number) => numbers[field] ?? Number.NaN;
  return {
    pid: Number.parseInt(stat, 10),
    state: stat.charAt(from),
    ppid: number(4),
    pgid: number(5),
    session: number(6),
    startedTicks: String(number(22)),
    cpuTicks: number(14) + number(15),
    residentBytes: number(24) * machineConstants().pageBytes,
  };
}

/** Without a text for each field: with many processes their garbage cost more than all else. */
function readNumbers(stat: string, from: number): void {
  let field = 3;
  let value = 0;
  for (let at = from; field <= lastField; at += 1) {
    const code = stat.charCodeAt(at);
    if (code >= zero && code <= zero + 9) {
      value = 10 * value + code - zero;
      continue;
    }
    if (code === space || Number.isNaN(code)) {
      numbers[field] = value;
      field += 1;
      value = 0;
    }
  }
}

const space = ' '.charCodeAt(0);
const zero = '0'.charCodeAt(0);
