import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A time in which a log could not be written, in milliseconds since the epoch. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sees when a disk has no room for a log. What its writers wrote then is lost, and they cannot tell. */
export class DiskGap {
  readonly #dir: string;
  #fullSinceMs: number | null = null;

  constructor(file: string) {
    this.#dir = dirname(file);
  }

  /** Whether there was no room at the last look. */
  get isOpen(): boolean {
    return this.#fullSinceMs !== null;
  }

  /** Looks now. Returns the gap that is over; null while there is none, or no room yet. */
  async look(): Promise<Gap | null> {
    const hasRoom = await hasRoomIn(this.#dir);
    const fromMs = this.#fullSinceMs;
    if (!hasRoom) this.#fullSinceMs ??= Date.now();
    if (!hasRoom || fromMs === null) return null;
    this.#fullSinceMs = null;
    return { fromMs, toMs: Date.now() };
  }
}

async function hasRoomIn(dir: string): Promise<boolean> {
  try {
    const { bavail, bfree } = await statfs(dir);
    // Some blocks are for root alone.
    return (process.getuid?.() === 0 ? bfree : bavail) > 0;
  } catch {
    return true; // What cannot be seen is no reason to tell of a gap.
  }
}
