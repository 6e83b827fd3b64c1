import { type FSWatcher, watch } from 'node:fs';

/**
 * How often to look, notice or not: often where there is no watch, as before the file exists, or when the system has
 * none left. What programs of this machine write is noticed.
 */
const pollMs = { unwatched: 250, watched: 5_000 };

/** Calls back when a file may have changed. Keeps no process alive. */
export class FileWatch {
  readonly #file: string;
  readonly #onChange: () => void;
  #timer: NodeJS.Timeout | undefined;
  #watcher: FSWatcher | null = null;
  #isClosed = false;

  constructor(file: string, onChange: () => void) {
    this.#file = file;
    this.#onChange = onChange;
    this.#watch();
    this.#lookLater();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const delayMs = this.#watcher === null ? pollMs.unwatched : pollMs.watched;
    this.#timer = setTimeout(() => {
      this.#watch();
      this.#lookLater();
      this.#onChange();
    }, delayMs);
    this.#timer.unref();
  }

  #watch(): void {
    if (this.#watcher !== null) return;
    try {
      this.#watcher = watch(this.#file, { persistent: false }, (event) => {
        // Renamed or removed: a watch belongs to the file, not to the name.
        if (event === 'rename') this.#lose();
        this.#onChange();
      });
      this.#watcher.on('error', () => this.#lose());
    } catch {
      // The file does not exist yet, or the system has no watch left: the timer does.
    }
  }

  #lose(): void {
    this.#unwatch();
    this.#lookLater();
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }
}
