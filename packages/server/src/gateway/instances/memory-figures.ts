import type { Instance } from '@llamactl/contract';
import { modelBytes } from './model-bytes.js';

/** What an instance took in a run, and the version of its definition that this was. */
interface Measured {
  readonly bytes: number;
  readonly of: string;
}

/** What is known of the memory of one instance, in bytes. Unknown is null, never 0. */
export class MemoryFigures {
  #instance: Instance;
  #startedAs: string;
  #now: number | null = null;
  #last: Measured | null = null;
  #ofModel: number | null = null;

  constructor(instance: Instance) {
    this.#instance = instance;
    this.#startedAs = instance.updated_at;
  }

  /** What it takes: as seen last, or what it is expected to take while nothing has been seen of its run. */
  get taken(): number | null {
    return this.#now ?? this.expected;
  }

  /** What its next run will take: the most of the last one, or else about as much as its model. */
  get expected(): number | null {
    return this.measured ?? this.#ofModel;
  }

  /** The most that its last run was seen to take; null when there was none with this definition. */
  get measured(): number | null {
    return this.#last?.of === this.#instance.updated_at ? this.#last.bytes : null;
  }

  /** Takes the new state of the instance. */
  follow(instance: Instance): void {
    const { status } = instance;
    if (status !== this.#instance.status && status !== 'running' && status !== 'stopping') {
      this.#now = null;
      this.#startedAs = instance.updated_at;
    }
    this.#instance = instance;
  }

  /** Takes what a look at its processes has shown. */
  sampled(bytes: number | null): void {
    if (bytes === null) return;
    const most = this.#now === null ? bytes : Math.max(bytes, this.#last?.bytes ?? 0);
    this.#last = { bytes: most, of: this.#startedAs };
    this.#now = bytes;
  }

  /** Looks at its model, unless more than that is known. */
  async learn(): Promise<void> {
    if ((this.#now ?? this.measured) !== null) return;
    this.#ofModel = await modelBytes(this.#instance.model_path);
  }
}
