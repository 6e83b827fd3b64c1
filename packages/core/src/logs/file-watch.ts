import { type FSWatcher, watch } from 'node:fs';

/** How often to look when no notice comes, as on network file systems. */
const pollMs = 250;

/** Calls back when a file may have changed. Keeps no process alive. */
export class FileWatch {
  readonly #file: string;
  readonly #onChange: () => void;
  readonly #timer: NodeJS.Timeout;
  #watcher: FSWatcher | null = null;

  constructor(file: string, onChange: () => void) {
    this.#file = file;
    this.#onChange = onChange;
    this.#timer = setInterval(() => {
      this.#watch();
      onChange();
    }, pollMs);
    this.#timer.unref();
    this.#watch();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#unwatch();
  }

  #watch(): void {
    if (this.#watcher !== null) return;
    try {
      this.#watcher = watch(this.#file, { persistent: false }, (event) => {
        // Renamed or removed: a watch belongs to the file, not to the name.
        if (event === 'rename') this.#unwatch();
        this.#onChange();
      });
      this.#watcher.on('error', () => this.#unwatch());
    } catch {
      // The file does not exist yet, or the system has no watch left: the timer does.
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }
}
