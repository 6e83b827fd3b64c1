import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { LogEntry } from '@llamactl/contract';
import { hasErrno } from '../storage/storage-error.js';
import type { EntryMaker, Timing } from './entry-maker.js';
import { type CursorStart, FileCursor } from './file-cursor.js';
import { LineSplitter } from './line-splitter.js';
import { openIfThere } from './open-if-there.js';

/** More than this unread, and all but the newest is skipped; at 20 MB/s most of a second. */
const maxUnreadBytes = 16 * 1024 * 1024;
const unskippedBytes = 1024 * 1024;

/**
 * The current file of a log, read as it grows. Follows the file of that name: when it was emptied or
 * replaced, reading goes on at its begin. One call must end before the next begins.
 */
export class LiveFile {
  readonly #file: string;
  readonly #maker: EntryMaker;
  readonly #sink: (entry: LogEntry) => void;
  readonly #splitter = new LineSplitter();
  #cursor: FileCursor;
  #handle: FileHandle | null = null;
  #inode: number | null = null;
  #wasTampered = false;

  /** @param sink - Takes each entry, once. */
  constructor(
    file: string,
    maker: EntryMaker,
    start: CursorStart,
    sink: (entry: LogEntry) => void,
  ) {
    this.#file = file;
    this.#maker = maker;
    this.#sink = sink;
    this.#cursor = new FileCursor(start, this.#splitter, maker);
  }

  /** How far it was read, and where which lines are. */
  get cursor(): FileCursor {
    return this.#cursor;
  }

  /** Open for reading and appending; null while the file does not exist or is closed. */
  get handle(): FileHandle | null {
    return this.#handle;
  }

  /** Whether somebody else emptied or replaced the file, so that it has no mark. */
  get wasTampered(): boolean {
    return this.#wasTampered;
  }

  /** Opens the file if it exists, and the new one if it was replaced. Returns its size. */
  async refresh(): Promise<number> {
    const inode = await inodeOf(this.#file);
    if (inode !== null && (this.#handle === null || inode !== this.#inode)) await this.#open();
    const size = (await this.#handle?.stat())?.size ?? 0;
    if (this.#handle !== null && size < this.#cursor.offset) this.#startOver();
    return size;
  }

  /** Makes the file if need be, for its owner alone. */
  async make(): Promise<void> {
    const handle = await open(this.#file, openFlags | constants.O_CREAT, 0o600);
    await handle.close();
    await this.refresh();
  }

  /** Reads what is there by now. */
  async readAll(timing: Timing): Promise<void> {
    const size = await this.refresh();
    if (this.#handle) await this.readTo(size, this.#handle, timing);
  }

  /**
   * Reads on up to an offset.
   *
   * @param handle - The file itself or a copy of it.
   */
  async readTo(offset: number, handle: FileHandle, timing: Timing): Promise<void> {
    await this.#cursor.readTo(offset, handle, timing, this.#sink);
  }

  /** Passes over what cannot be read in time: all but the newest, if too much is unread up to an offset. */
  async skipUnread(offset: number, handle: FileHandle): Promise<void> {
    if (offset - this.#cursor.offset <= maxUnreadBytes) return;
    const entry = await this.#cursor.skipTo(offset - unskippedBytes, handle);
    if (entry) this.#sink(entry);
  }

  /** Appends a line of ours; first ends the last one, if that has no end. */
  async append(line: string): Promise<void> {
    const lastEnd = this.#splitter.isMidLine ? '\n' : '';
    await this.#handle?.appendFile(`${lastEnd}${line}`);
  }

  /** Ends the last line, if a program that is gone left it without an end. */
  async endLine(): Promise<void> {
    if (this.#splitter.isMidLine) await this.#handle?.appendFile('\n');
  }

  /** Goes on in the file after it was begun anew. */
  goOn(start: CursorStart): void {
    if (start.rest === 'none') this.#splitter.reset();
    this.#cursor = new FileCursor(start, this.#splitter, this.#maker);
    this.#wasTampered = false;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  async #open(): Promise<void> {
    const handle = await openIfThere(this.#file, openFlags);
    if (handle === null) return;
    const { ino } = await handle.stat();
    const isOther = this.#inode !== null && this.#inode !== ino;
    if (isOther) await this.#leave();
    await this.close();
    this.#handle = handle;
    this.#inode = ino;
    if (isOther) this.#startOver();
  }

  /** Reads the last of a file that another one has replaced. */
  async #leave(): Promise<void> {
    const old = this.#handle;
    if (old === null) return;
    await this.readTo((await old.stat()).size, old, 'live');
    this.#cursor.endLine('live', this.#sink);
  }

  #startOver(): void {
    this.goOn({ offset: 0, rest: 'none' });
    this.#wasTampered = true;
  }
}

const openFlags = constants.O_RDWR | constants.O_APPEND;

async function inodeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).ino;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
