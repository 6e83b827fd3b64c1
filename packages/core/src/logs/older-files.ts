import type { FileHandle } from 'node:fs/promises';
import type { LogEntry } from '@llamactl/contract';
import type { ParsedLine } from '../backends/backend.js';
import type { FileIndex } from './file-index.js';
import { type HistoryQuery, readIndexed } from './history.js';
import { olderFile, olderNumbers } from './log-files.js';
import { indexOldFile } from './old-file.js';
import { openIfThere } from './open-if-there.js';

/** The older files of a log at some moment, open, so that a rotation does not take them away. */
export class OlderFiles implements AsyncDisposable {
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
      await files[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(parseLine: (line: string) => ParsedLine, indexes: Map<number, FileIndex>) {
    this.#parseLine = parseLine;
    this.#indexes = indexes;
  }

  /**
   * The newest entries for a query, oldest first.
   *
   * @param nextSeq - Sequence number of the first line in the file that follows.
   */
  async find(query: HistoryQuery, nextSeq: number): Promise<LogEntry[]> {
    let found: LogEntry[] = [];
    let next = nextSeq;
    for (const handle of this.#handles) {
      const count = query.count - found.length;
      if (count <= 0) break;
      const index = await this.#indexOf(handle, next);
      found = [
        ...(await readIndexed(handle, index, this.#parseLine, { ...query, count })),
        ...found,
      ];
      next = index.firstSeq ?? next;
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
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
