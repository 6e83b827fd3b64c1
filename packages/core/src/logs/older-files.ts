import type { FileHandle } from 'node:fs/promises';
import type { LogEntry } from '@llamactl/contract';
import type { ParsedLine } from '../backends/backend.js';
import type { FileIndex } from './file-index.js';
import { type HistoryQuery, readIndexed } from './history.js';
import { olderFile, olderNumbers } from './log-files.js';
import { indexOldFile } from './old-file.js';
import { openIfThere } from './open-if-there.js';

/** The older files of a log at some moment, open, so that a rotation does not take them away. */
export class OlderFiles {
  /** The newest first. */
  readonly #handles: FileHandle[] = [];
  readonly #parseLine: (line: string) => ParsedLine;
  readonly #indexes: Map<number, FileIndex>;

  /** @param indexes - By inode, where which lines are; what is found out is added. */
  static async open(
    file: string,
    parseLine: (line: string) => ParsedLine,
    indexes: Map<number, FileIndex>,
  ): Promise<OlderFiles> {
    const files = new OlderFiles(parseLine, indexes);
    try {
      for (const number of await olderNumbers(file)) {
        const handle = await openIfThere(olderFile(file, number));
        if (handle) files.#handles.push(handle);
      }
      return files;
    } catch (error) {
      await files.#close();
      throw error;
    }
  }

  private constructor(parseLine: (line: string) => ParsedLine, indexes: Map<number, FileIndex>) {
    this.#parseLine = parseLine;
    this.#indexes = indexes;
  }

  /**
   * The newest entries for a query, oldest first. Closes the files.
   *
   * @param nextSeq - Sequence number of the first line in the file that follows.
   */
  async find(query: HistoryQuery, nextSeq: number): Promise<LogEntry[]> {
    try {
      return await this.#find(query, nextSeq);
    } finally {
      await this.#close();
    }
  }

  async #find(query: HistoryQuery, nextSeq: number): Promise<LogEntry[]> {
    let found: LogEntry[] = [];
    let next = nextSeq;
    for (const handle of this.#handles) {
      const count = query.count - found.length;
      if (count <= 0) break;
      const index = await this.#indexOf(handle, next);
      const part = { ...query, count };
      found = [...(await readIndexed(handle, index, this.#parseLine, part)), ...found];
      next = index.firstSeq ?? next;
    }
    return found;
  }

  async #close(): Promise<void> {
    for (const handle of this.#handles.splice(0)) await handle.close();
  }

  async #indexOf(handle: FileHandle, nextSeq: number): Promise<FileIndex> {
    const { ino } = await handle.stat();
    const known = this.#indexes.get(ino);
    if (known) return known;
    const { index } = await indexOldFile(handle, this.#parseLine, nextSeq);
    this.#indexes.set(ino, index);
    return index;
  }
}
