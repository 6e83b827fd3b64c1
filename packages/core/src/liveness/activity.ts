import { machineConstants } from '../process/machine-constants.js';
import { listIfPossible, type ProcessInfo } from '../process/process-table.js';
import { createRunTree, keyOf, type RunMark, type RunTree } from '../process/run-tree.js';

/** Letters of a process that cannot go on: suspended, traced, in wait for a disk (U on macOS) or a processor. */
const heldStates = new Set(['T', 't', 'D', 'U', 'R']);

/** What the processes of a run did since they were looked at before. */
export interface Activity {
  /** Processor time that they used, in milliseconds; null when it cannot be known. */
  readonly usedMs: number | null;
  /** Whether one of them is kept from going on by something else. */
  readonly isHeld: boolean;
}

/** Looks at what the processes of a run do. */
export class ActivityMeter {
  readonly #tree: RunTree;
  #members = '';
  #ticks = 0;

  constructor(run: RunMark) {
    this.#tree = createRunTree(run, { environment: false });
    this.look();
  }

  look(): Activity {
    const table = listIfPossible();
    const members = table === null ? [] : this.#tree.scan(table).members;
    const before = { members: this.#members, ticks: this.#ticks };
    this.#members = members.map(keyOf).sort().join();
    this.#ticks = members.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
    // One that was born or has ended did something too.
    const isComparable = members.length > 0 && this.#members === before.members;
    const usedTicks = this.#ticks - before.ticks;
    return {
      usedMs: isComparable ? (1_000 * usedTicks) / machineConstants().ticksPerSecond : null,
      isHeld: members.some(isHeld),
    };
  }
}

function isHeld({ state }: ProcessInfo): boolean {
  return heldStates.has(state);
}
