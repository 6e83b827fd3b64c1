import { FileWatch } from './file-watch.js';

/** Least time between two looks at a file that is written to all the time. */
const pauseMs = 5;

/** Calls `advance` whenever a file may have changed, until stopped; never twice at a time. */
export class Follower {
  readonly #advance: () => Promise<number>;
  readonly #watch: FileWatch;
  #timer: NodeJS.Timeout | null = null;
  #isAdvancing = false;
  #isDirty = false;
  #isStopped = false;

  /** @param advance - Returns after how many milliseconds it wants to be called again if nothing changes; 0 for not. */
  constructor(file: string, advance: () => Promise<number>) {
    this.#advance = advance;
    this.#watch = new FileWatch(file, () => this.#wake());
    this.#wake();
  }

  stop(): void {
    this.#isStopped = true;
    this.#watch.close();
    if (this.#timer) clearTimeout(this.#timer);
  }

  #wake(): void {
    this.#isDirty = true;
    if (!this.#isAdvancing && this.#timer === null) void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#isStopped) return;
    this.#isAdvancing = true;
    this.#isDirty = false;
    // A look that fails, as when files run out, is taken again at the next poll.
    const againMs = await this.#advance().catch(() => 0);
    this.#isAdvancing = false;
    if (this.#isStopped) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        if (this.#isDirty || againMs > 0) void this.#run();
      },
      Math.max(pauseMs, againMs),
    );
    this.#timer.unref();
  }
}
