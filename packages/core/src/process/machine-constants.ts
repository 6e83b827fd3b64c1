import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** What the kernel measures in. */
export interface MachineConstants {
  /** Size of a memory page. */
  readonly pageBytes: number;
  /** Clock ticks in a second, for processor and start times. */
  readonly ticksPerSecond: number;
}

// Keys of getauxval(3).
const pageSizeKey = 6n;
const clockTicksKey = 17n;

const usual: MachineConstants = { pageBytes: 4096, ticksPerSecond: 100 };
let known: MachineConstants | undefined;

/**
 * What the kernel told this process at its start (`/proc/self/auxv`, as getconf prints it). Where that
 * cannot be read: pages of 4096 bytes, 100 ticks; the figures of `ps` are given in the latter.
 */
export function machineConstants(): MachineConstants {
  known ??= process.platform === 'linux' ? readAuxiliaryVector() : usual;
  return known;
}

function readAuxiliaryVector(): MachineConstants {
  const values = new Map<bigint, number>();
  try {
    const vector = readFileSync('/proc/self/auxv');
    const read = (offset: number) =>
      endianness() === 'LE' ? vector.readBigUInt64LE(offset) : vector.readBigUInt64BE(offset);
    for (let offset = 0; offset + 16 <= vector.length; offset += 16) {
      values.set(read(offset), Number(read(offset + 8)));
    }
  } catch {
    // Hidden, as in some sandboxes.
  }
  return {
    pageBytes: values.get(pageSizeKey) ?? usual.pageBytes,
    ticksPerSecond: values.get(clockTicksKey) ?? usual.ticksPerSecond,
  };
}
