import { basename } from 'node:path';
import type { LogEntry, LogLevel } from '@llamactl/contract';
import { createEmitter } from '../events/emitter.js';
import { toStorageError } from '../storage/storage-error.js';
import { createSerialQueue } from '../support/serial-queue.js';
import { Follower } from './follower.js';
import type { InstanceLog, InstanceLogOptions, LogPlace } from './instance-log.js';
import { rankOf } from './level-order.js';
import { LineReader } from './line-reader.js';
import { removeLogFiles } from './log-files.js';
import { LogTail } from './log-tail.js';

/** Opens the log of an instance. Nothing is read before something is asked for, and nothing need exist. */
export function openInstanceLog(options: InstanceLogOptions): InstanceLog {
  return new FileInstanceLog(options);
}

class FileInstanceLog implements InstanceLog {
  readonly #options: InstanceLogOptions;
  readonly #reader: LineReader;
  readonly #events;
  /** All that touches the files happens one after the other. */
  readonly #serial = createSerialQueue();
  #tail: LogTail | null = null;
  #follower: Follower | null = null;
  #isClosed = false;

  constructor(options: InstanceLogOptions) {
    const reader = new LineReader(options.parseLine);
    this.#reader = reader;
    this.#options = { ...options, parseLine: (line) => reader.read(line) };
    this.#events = createEmitter<{ entry: LogEntry; close: null }>({
      onListenerError: options.onListenerError,
    });
  }

  hide(secrets: readonly string[]): void {
    this.#reader.hide(secrets);
  }

  async beginRun(startedAt: Date, description: string): Promise<number> {
    const run = { startedMs: startedAt.getTime(), description };
    return (await this.#use('write', (tail) => tail.beginRun(run))) ?? 0;
  }

  async follow(): Promise<void> {
    await this.#use('read', async () => {
      this.#follower ??= new Follower(this.#options.file, () => this.#advance());
    });
  }

  async unfollow(): Promise<void> {
    this.#stopFollowing();
    await this.#use('read', (tail) => tail.finish());
  }

  async drain(): Promise<void> {
    await this.#use('read', (tail) => tail.readAll(this.#follower ? 'live' : 'later'));
  }

  async read(lines: number, level: LogLevel = 'debug'): Promise<LogEntry[]> {
    const minimumRank = rankOf(level);
    // While it is followed, memory is up to date, and need not wait for what goes on with the files.
    const recent = this.#follower && this.#tail?.recent(lines, minimumRank);
    if (recent?.length === lines) return recent;
    const found = await this.#use('read', async (tail) => {
      if (this.#follower === null) await tail.readAll('later');
      return await tail.find(lines, minimumRank);
    });
    if (!found?.findOlder) return found?.entries ?? [];
    try {
      return [...(await found.findOlder()), ...found.entries];
    } catch (error) {
      throw toStorageError(error, `read older files of the log ${basename(this.#options.file)}`);
    }
  }

  async place(): Promise<LogPlace | null> {
    // While it is followed, memory is up to date.
    if (this.#follower && this.#tail) return this.#tail.place;
    const place = await this.#use('read', async (tail) => {
      await tail.readAll('later');
      return tail.place;
    });
    return place ?? null;
  }

  onEntry(listener: (entry: LogEntry) => void): () => void {
    return this.#events.on('entry', listener);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  onClose(listener: () => void): () => void {
    return this.#events.on('close', listener);
  }

  async close(): Promise<void> {
    const wasClosed = this.#isClosed;
    this.#isClosed = true;
    this.#stopFollowing();
    await this.#serial.run(async () => this.#tail?.close());
    if (!wasClosed) this.#events.emit('close', null);
  }

  async remove(): Promise<void> {
    await this.close();
    this.#tail = null;
    try {
      await removeLogFiles(this.#options.file);
    } catch (error) {
      throw toStorageError(error, `remove the log ${basename(this.#options.file)}`);
    }
  }

  /** Runs a task when those before have ended, with the file open; undefined after `close`. */
  #use<T>(doing: string, task: (tail: LogTail) => Promise<T>): Promise<T | undefined> {
    return this.#serial.run(async () => {
      if (this.#isClosed) return undefined;
      try {
        this.#tail ??= await LogTail.load(this.#options, (entry) => {
          this.#events.emit('entry', entry);
        });
        return await task(this.#tail);
      } catch (error) {
        throw toStorageError(error, `${doing} the log ${basename(this.#options.file)}`);
      } finally {
        if (this.#follower === null) await this.#tail?.close();
      }
    });
  }

  #advance(): Promise<number> {
    return this.#serial.run(async () => {
      if (this.#follower === null || this.#tail === null) return 0;
      return await this.#tail.advance();
    });
  }

  #stopFollowing(): void {
    this.#follower?.stop();
    this.#follower = null;
  }
}
