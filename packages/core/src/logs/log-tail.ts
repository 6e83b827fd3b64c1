import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LogEntry } from '@llamactl/contract';
import { isDiskFull } from '../storage/storage-error.js';
import { DiskGap, type Gap } from './disk-gap.js';
import { EntryMaker, type Timing } from './entry-maker.js';
import type { FileIndex } from './file-index.js';
import { readIndexed } from './history.js';
import type { InstanceLogOptions, LogPlace } from './instance-log.js';
import { rankOf } from './level-order.js';
import { LiveFile } from './live-file.js';
import { findLogStart } from './log-start.js';
import { formatNote, formatRunMark, type RunMark } from './mark.js';
import { OlderFiles } from './older-files.js';
import { EntryRing } from './ring.js';
import { rotate } from './rotation.js';

/** Smaller files would hold little more than marks. */
const minFileBytes = 4096;

/** Parsed at a time and in which time, so that a flood leaves room for others: 30 MB/s. */
const turnBytes = 1.5 * 1024 * 1024;
const turnMs = 50;

/** Longest time in which a file that does not grow may have no room unseen. */
const longestUnseenMs = 60_000;

/** What memory and the current file have for a query, and how to find the rest. */
export interface Found {
  readonly entries: LogEntry[];
  /** Finds in the older files what is before the entries; null when they are enough. */
  readonly findOlder: (() => Promise<LogEntry[]>) | null;
}

/** The files of a log as one sequence of entries. One call must end before the next begins. */
export class LogTail {
  readonly #ring = new EntryRing();
  readonly #options: InstanceLogOptions;
  /** Key of the log's marks. */
  readonly #key: string;
  readonly #epoch: string;
  readonly #maker: EntryMaker;
  readonly #live: LiveFile;
  readonly #gap: DiskGap;
  /** Size of the current file when room for it was looked for last. */
  #sizeThen = 0;
  #lookedAt = 0;
  /** Where which lines are in older files, by inode, as far as known. */
  readonly #olderIndexes = new Map<number, FileIndex>();

  /** Reads what is in the current file; `onEntry` gets what comes later. */
  static async load(
    options: InstanceLogOptions,
    onEntry: (entry: LogEntry) => void,
  ): Promise<LogTail> {
    let isLoaded = false;
    const { cursor, position, key } = await findLogStart(options.file, options.parseLine);
    const maker = new EntryMaker(options.parseLine, position);
    const live = new LiveFile(options.file, maker, cursor, (entry) => {
      tail.#ring.push(entry);
      if (isLoaded) onEntry(entry);
    });
    const tail = new LogTail(options, key, maker, live);
    await tail.readAll('later');
    isLoaded = true;
    return tail;
  }

  private constructor(options: InstanceLogOptions, key: string, maker: EntryMaker, live: LiveFile) {
    const maxFileBytes = Math.max(minFileBytes, options.maxFileBytes);
    this.#options = { ...options, maxFileBytes };
    this.#key = key;
    this.#epoch = epochOf(key);
    this.#maker = maker;
    this.#live = live;
    this.#gap = new DiskGap(options.file);
  }

  /** The newest line that was read. */
  get place(): LogPlace {
    return { epoch: this.#epoch, seq: this.#maker.position.seq - 1 };
  }

  /** Reads what is there by now. */
  async readAll(timing: Timing): Promise<void> {
    await this.#live.readAll(timing);
  }

  /**
   * Reads on for one turn: skips what cannot be read in time, and rotates when it is time. Returns after how
   * many milliseconds the next turn is due, 0 when there is nothing more to read.
   */
  async advance(): Promise<number> {
    const startedAt = performance.now();
    const live = this.#live;
    const size = await live.refresh();
    if (live.handle === null) return 0;
    await live.skipUnread(size, live.handle);
    await live.readTo(Math.min(size, live.cursor.offset + turnBytes), live.handle, 'live');
    if (size > this.#options.maxFileBytes || live.wasTampered) await this.#rotate();
    await this.#lookForRoom(size);
    const { size: sizeNow } = await live.handle.stat();
    if (live.cursor.offset >= sizeNow) return 0;
    return Math.max(1, turnMs - (performance.now() - startedAt));
  }

  /**
   * Writes where a run begins, and returns the number of that line. Without it, as on a full disk, the
   * times of the run are right in memory only.
   */
  async beginRun(run: RunMark): Promise<number> {
    try {
      await mkdir(dirname(this.#options.file), { recursive: true, mode: 0o700 });
      await this.#live.make();
      await this.readAll('later');
      if (this.#maker.position.key === null || (await this.#live.refresh()) === 0) {
        await this.#rotate();
      }
      await this.#live.append(formatRunMark(run, this.#maker.position.key ?? ''));
      await this.readAll('live');
      return this.#maker.position.seq - 1;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#maker.set({ runStartedMs: run.startedMs });
      return this.#maker.position.seq - 1;
    }
  }

  /** Reads all there is, to the last line, even if that has no end; nobody writes any more. */
  async finish(): Promise<void> {
    await this.readAll('live');
    try {
      await this.#live.endLine();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
    await this.readAll('live');
  }

  /** Looks in memory only. */
  recent(count: number, minimumRank: number): LogEntry[] {
    return this.#ring.newest(count, (entry) => rankOf(entry.level) >= minimumRank);
  }

  /** Looks in memory and in the current file. Finding more may take long, and may overlap other calls. */
  async find(count: number, minimumRank: number): Promise<Found> {
    const { file, parseLine } = this.#options;
    const recent = this.recent(count, minimumRank);
    if (recent.length >= count) return { entries: recent, findOlder: null };
    const { handle, cursor } = this.#live;
    const { seq } = this.#maker.position;
    const beforeSeq = this.#ring.oldest?.seq ?? seq;
    const query = { count: count - recent.length, minimumRank, beforeSeq };
    const before = handle ? await readIndexed(handle, cursor.index, parseLine, query) : [];
    const entries = [...before, ...recent];
    if (entries.length >= count) return { entries, findOlder: null };
    const older = await OlderFiles.open(file, parseLine, this.#olderIndexes);
    const rest = { ...query, count: count - entries.length };
    return { entries, findOlder: () => older.find(rest, cursor.index.firstSeq ?? seq) };
  }

  /** Closes the file; the next call opens it again. */
  async close(): Promise<void> {
    await this.#live.close();
  }

  /** Tells of a time without room on the disk once it is over. */
  async #lookForRoom(size: number): Promise<void> {
    const isLate = performance.now() - this.#lookedAt > longestUnseenMs;
    if (size === this.#sizeThen && !this.#gap.isOpen && !isLate) return;
    this.#sizeThen = size;
    this.#lookedAt = performance.now();
    const gap = await this.#gap.look();
    if (gap === null) return;
    const resume = await this.#options.pauseWriters().catch(() => null);
    try {
      await this.readAll('live');
      const note = { timeMs: gap.toMs, text: gapText(gap) };
      await this.#live.append(formatNote(note, this.#maker.position.key ?? ''));
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    } finally {
      resume?.();
    }
    await this.readAll('live');
  }

  async #rotate(): Promise<void> {
    const options = { ...this.#options, key: this.#key };
    const rotated = await rotate(this.#live, this.#maker, options);
    if (rotated === null) return;
    this.#olderIndexes.delete(rotated.inode);
    this.#olderIndexes.set(rotated.inode, rotated.index);
    for (const inode of this.#olderIndexes.keys()) {
      if (this.#olderIndexes.size <= this.#options.maxFiles) break;
      this.#olderIndexes.delete(inode);
    }
  }
}

/** The key itself is not told: whoever knew it could write lines that pass for marks. */
function epochOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 12);
}

function gapText({ fromMs, toMs }: Gap): string {
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
  return `The disk was full from ${from} to ${to}: lines that were written then are missing`;
}
